import type { Actor } from '../../core/actor.js';
import type { AnnouncementView } from '../../core/announcement.js';
import type { Borrow } from '../../core/borrow.js';
import type { Deployment } from '../../core/deployment.js';
import type { ActingIntent } from '../../core/intent.js';
import type { LinkOutcome } from '../../core/linking.js';
import type { Lock } from '../../core/lock.js';
import { renderLink } from './accounts.js';
import { renderNewsChanged } from './announcement.js';
import { keepOrReturn } from './borrow-words.js';
import type { ReplyContext } from './context.js';
import { bold, capital, em, link } from './markdown.js';
import { called, person, source, subject } from './names.js';
import { lockLine, scopeWords, unlockCommand } from './obstacles.js';
import { renderCanceling } from './small.js';
import { clockTime } from './time.js';

/** What was asked of deployments, borrows and locks that are there, by whom, and what came of it. */
export interface Acted {
  readonly intent: ActingIntent;
  readonly actor: Actor;
  /** The deployment that it was about; 0 when it was about none. */
  readonly number: number;
  readonly deployment?: Deployment | undefined;
  readonly borrow?: Borrow | undefined;
  readonly lock?: Lock | undefined;
  readonly announcement?: AnnouncementView | undefined;
  readonly link?: LinkOutcome | undefined;
}

/** The answer to whoever acted upon deployments, borrows and locks. */
export function renderActed(acted: Acted, context: ReplyContext): string {
  const { intent, actor, number, deployment, borrow, lock } = acted;
  switch (intent.kind) {
    case 'cancel':
      return renderCanceling(number, context.url(number), actor.name);
    case 'confirm':
      return renderConfirmed(actor, deployment, context);
    case 'defer':
      return `${person(actor)}, ${link(`#${number}`, context.url(number))} lets the next one go first.`;
    case 'extend':
      return renderKept(intent.pack, borrow, context);
    case 'give':
      return `${bold(intent.pack)} is in the hands of ${borrow === undefined ? bold(intent.to) : person(borrow.holder)} now${ends(borrow, context)}.`;
    case 'steal':
      return renderKept(intent.pack, borrow, context);
    case 'lock':
      return lock === undefined
        ? `🔒 ${capital(scopeWords(intent.scope))} is locked.`
        : renderLocked(lock, context);
    case 'unlock':
      return `🔓 ${capital(scopeWords(intent.scope))} is unlocked.`;
    case 'reword':
    case 'skip':
      return renderNewsChanged(intent, acted.announcement, context);
    case 'link':
    case 'unlink':
      return acted.link === undefined ? '' : renderLink(acted.link, context);
  }
}

/** That a deployment whose requester said the phrase begins; its reply tells the rest. */
function renderConfirmed(actor: Actor, deployment: Deployment | undefined, context: ReplyContext): string {
  const who = called(actor, context.mention);
  if (deployment === undefined) return `${who}: It begins…`;
  const { kind } = deployment.intent;
  const what = subject(deployment);
  if (kind === 'deploy') return `${who}: Deploying ${what}${source(deployment)} for you…`;
  return `${who}: ${kind === 'return' ? `Returning ${what}` : `Rolling ${what} back`} for you…`;
}

function renderKept(pack: string, borrow: Borrow | undefined, context: ReplyContext): string {
  if (borrow === undefined) return `${bold(pack)} stays with you.`;
  const on = ` on ${em(borrow.ref)}`;
  return `${bold(pack)} is yours${on}${ends(borrow, context)}; ${keepOrReturn(pack)}`;
}

function ends(borrow: Borrow | undefined, context: ReplyContext): string {
  return borrow === undefined ? '' : ` until ${clockTime(borrow.until, context)}`;
}

function renderLocked(lock: Lock, context: ReplyContext): string {
  return `🔒 ${lockLine(lock, context)}. ${unlockCommand(lock)} ends it.`;
}
