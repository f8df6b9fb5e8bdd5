import { packtrainItself } from '../../core/actor.js';
import type {
  CallNotice,
  LockEndedNotice,
  MissedNotice,
  Notice,
  ReturnedNotice,
  ReturnFailedNotice,
  ReturnSoonNotice,
  StolenNotice,
  WaitEndedNotice,
} from '../../core/notice.js';
import type { CommitLine } from '../../core/plan.js';
import type { Wait } from '../../core/queue.js';
import { formatRevision, type Revision } from '../../core/repository.js';
import { renderAccounts } from './accounts.js';
import { keepOrReturn } from './borrow-words.js';
import type { ReplyContext } from './context.js';
import { driftWords } from './drift.js';
import { bold, bullets, capital, clip, code, em, link, listedSome, oneLine } from './markdown.js';
import { called, packNames, person, revision } from './names.js';
import { scopeWords } from './obstacles.js';
import { refusalText } from './refusal.js';
import { clockTime } from './time.js';

/** A notice in words: a message of its own that calls whom it is for. */
export function renderNotice(notice: Notice, context: ReplyContext): string {
  if (notice.kind === 'accounts') return renderAccounts(notice, context);
  if (notice.kind === 'drift') return `⚠️ ${driftWords(notice)}`;
  const who = called(notice.to, context.mention);
  switch (notice.kind) {
    case 'call':
      return renderCall(notice, context);
    case 'missed':
      return `⌛ ${who}, ${missed(notice, context)}`;
    case 'return-soon':
      return `⏰ ${who}, ${returnSoon(notice, context)}`;
    case 'returned':
      return `↩️ ${who}, ${returned(notice)} ${number(notice.deployment, context)}`;
    case 'return-failed':
      return `⚠️ ${who}, ${returnFailed(notice, context)}`;
    case 'given':
      return `🤝 ${who}, ${person(notice.from)} gave you ${bold(notice.pack)}: it is yours on ${em(notice.ref)} until ${time(notice.until, context)}; ${keepOrReturn(notice.pack)}`;
    case 'stolen':
      return `✋ ${who}, ${stolen(notice)}`;
    case 'lock-ended':
      return `🔓 ${who}, ${lockEnded(notice)}`;
    case 'wait-ended':
      return `🟢 ${waitEnded(notice, context)}`;
  }
}

/** The call for the phrase. Its first line is the one that people know by heart; the rest follows. */
function renderCall(notice: CallNotice, context: ReplyContext): string {
  const { to, deployment, phrase, until } = notice;
  const who = called(to, context.mention);
  return [
    `Say ${em(phrase)} to complete your ${askedFor(notice)}.`,
    `${who}, it is your turn until ${time(until, context)}. ${number(deployment, context)}`,
    ...moved(notice),
  ].join('\n');
}

function askedFor({ asked, packs, repository, revision: at }: CallNotice): string {
  const what = packNames(packs) || 'the packs';
  if (asked !== 'deploy') return `${asked} of ${what} to ${revision(at)}`;
  return `deployment of ${what} from ${bold(repository)}${refOf(at)}`;
}

function refOf(at: Revision): string {
  return at.sha.startsWith(at.ref) ? ` at ${code(formatRevision(at))}` : ` branch ${em(at.ref)}`;
}

function moved({ movedFrom, revision: at, commits = [] }: CallNotice): readonly string[] {
  if (movedFrom === undefined) return [];
  const lines = commits.map(commitLine);
  const head = `It moved since you asked: ${revision(movedFrom)} → ${revision(at)}${lines.length === 0 ? '.' : ':'}`;
  return lines.length === 0 ? [head] : [head, bullets(lines, 5)];
}

function commitLine({ sha, subject, author }: CommitLine): string {
  return `${code(sha.slice(0, 7))} ${clip(oneLine(subject).replace(/[*_`[\]]/gu, ''), 100)} (${oneLine(author)})`;
}

function missed({ packs, deployment, isExpired }: MissedNotice, context: ReplyContext): string {
  const turn = `your turn for ${packNames(packs) || 'the packs'} passed`;
  if (isExpired)
    return `${turn} again, so ${number(deployment, context)} expired. Nothing was changed; ask again when you want it.`;
  return `${turn} without your word, so ${number(deployment, context)} waits at the tail of the line. When it comes again you are asked once more.`;
}

function returnSoon(notice: ReturnSoonNotice, context: ReplyContext): string {
  const { pack, ref, until, goesTo, removes, repository, isStranded } = notice;
  const at = time(until, context);
  if (isStranded)
    return `the time of ${bold(pack)} on ${em(ref)} is over at ${at}, but ${bold(repository)} is not in packtrain.yaml any more: it goes back once that is there again.`;
  const what =
    removes === true
      ? `${bold(pack)} is removed at ${at}, for ${bold(repository)} has it no more`
      : `${bold(pack)} goes back ${goesTo === undefined ? 'to its default branch' : `to ${revision(goesTo)}`} at ${at}`;
  return `${what}. ${code(`pack extend ${pack} 30m`)} keeps ${em(ref)} longer, ${code(`pack return ${pack}`)} gives it back now.`;
}

function returned({ pack, ref, revision: at, why, repository }: ReturnedNotice): string {
  const reason = why === 'time' ? 'its time was over' : 'as it was asked for';
  if (at === undefined)
    return `${bold(pack)} is removed after ${em(ref)}, for ${bold(repository)} has it no more: ${reason}.`;
  return `${bold(pack)} is back at ${revision(at)} after ${em(ref)}: ${reason}.`;
}

function returnFailed({ pack, ref, because, nextTryAt }: ReturnFailedNotice, context: ReplyContext): string {
  const failed = `${bold(pack)} could not go back and stays on ${em(ref)}: ${refusalText(because, 600)}`;
  // Without its repository in the config nothing of it can be taken from anywhere, by force neither.
  if (because.code === 'repository-gone') return failed;
  const again = nextTryAt === undefined ? '' : `It is tried again at ${time(nextTryAt, context)}; `;
  const force = `${code(`pack return ${pack} now`)} takes it back to what was live before, without asking the remote.`;
  return [failed, `${again}${force}`].join('\n');
}

function stolen({ by, pack, ref, givenTo }: StolenNotice): string {
  if (givenTo !== undefined)
    return `${person(by)} gave ${bold(pack)}, which you had, to ${person(givenTo)}, with ${em(ref)} live.`;
  return `${person(by)} took ${bold(pack)} over from you, with ${em(ref)} live.`;
}

function lockEnded({ scope, by, because }: LockEndedNotice): string {
  const why = `which you locked because ${em(clip(because, 200))}`;
  if (by === undefined) return `${scopeWords(scope)}, ${why}, is unlocked: the time of your lock is over.`;
  return `${person(by)} unlocked ${scopeWords(scope)}, ${why}.`;
}

function waitEnded({ to, deployment, ended, still }: WaitEndedNotice, context: ReplyContext): string {
  const over = listedSome(
    ended.map((wait) => overWords(wait, context)),
    3,
  );
  const said =
    to.platform === packtrainItself.platform ? capital(over) : `${called(to, context.mention)}, ${over}`;
  const own = number(deployment, context);
  if (still.length === 0) return `${said}: ${own} goes on.`;
  return `${said}, but ${own} still waits: ${listedSome(
    still.map((wait) => waitWords(wait, context)),
    3,
  )}.`;
}

function overWords(wait: Wait, context: ReplyContext): string {
  if (wait.kind === 'borrow') return `${person(wait.holder)} has ${bold(wait.pack)} no more`;
  if (wait.kind === 'deployment') return `${number(wait.id, context)} has ended`;
  return `the lock of ${person(wait.by)} on ${scopeWords(wait.scope)} has ended`;
}

function waitWords(wait: Wait, context: ReplyContext): string {
  if (wait.kind === 'borrow') return `${person(wait.holder)} has ${bold(wait.pack)}`;
  if (wait.kind === 'deployment') return `${number(wait.id, context)} is ahead`;
  return `${person(wait.by)} locked ${scopeWords(wait.scope)}`;
}

function time(iso: string, context: ReplyContext): string {
  return clockTime(new Date(iso), context);
}

function number(deployment: number, context: ReplyContext): string {
  return link(`#${deployment}`, context.url(deployment));
}
