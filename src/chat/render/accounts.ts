import type { Account } from '../../core/access.js';
import { accountName } from '../../core/identity.js';
import type { LinkOutcome, WhoView } from '../../core/linking.js';
import type { AccountsNotice } from '../../core/notice.js';
import type { ReplyContext } from './context.js';
import { bold, code, listed } from './markdown.js';
import { called } from './names.js';
import { ago, clockTime } from './time.js';

/** What came of joining accounts, or of taking them apart; for one pair of eyes. */
export function renderLink(link: LinkOutcome, context: ReplyContext): string {
  switch (link.kind) {
    case 'offered':
      return [
        `Say ${code(`pack link ${link.code}`)} to me as your other account, on another chat, until ${clockTime(link.until, context)}.`,
        ...(link.canPush
          ? [`For your account at a Git host, push a branch called ${code(`packtrain-link-${link.code}`)}.`]
          : []),
        'It is good once, and for your own accounts only: accounts that are joined are one person, and do things in each other’s name.',
      ].join('\n');
    case 'asked':
      return [
        `This joins your account with ${account(link.other)} (${bold(link.other.name)}): both are one person then, and do things in each other’s name.`,
        `*If that account is yours*, say ${code(`pack link ${link.code}`)} there until ${clockTime(link.until, context)}. If it is not, say this code to nobody, and nothing happens.`,
      ].join('\n');
    case 'joined':
      return `🔗 You are one person now with ${accounts(link.accounts)}. ${code('pack whoami')} tells who you are, ${code('pack unlink')} takes it back.`;
    case 'parted':
      return `✂️ ${accounts(link.accounts)} ${link.accounts.length === 1 ? 'is' : 'are'} not joined any more.`;
  }
}

/** What somebody is told of their accounts. */
export function renderAccounts(
  { to, what, accounts: others, until }: AccountsNotice,
  context: ReplyContext,
): string {
  const who = called(to, context.mention);
  const named = listed(others.map((one) => `${account(one)} (${bold(one.name)})`));
  const are = others.length === 1 ? 'is' : 'are';
  if (what === 'joined')
    return `🔗 ${who}, ${named} ${are} one person with you now. If that is not you, say ${code('pack unlink')} at once.`;
  if (what === 'parted') return `✂️ ${who}, ${named} ${are} not joined with your accounts any more.`;
  const time = until === undefined ? '' : ` until ${clockTime(new Date(until), context)}`;
  if (what === 'pushed')
    return `🔗 ${who}, ${named} has pushed your code. If that is you, say the line with it here${time}, and what is pushed with that account counts as yours. If it is not, do nothing; ${code('pack link')} makes the code worthless.`;
  return `🔗 ${who}, ${named} has said your code, to be one person with you. If that is you, say here${time} the line that was shown there. If it is not, do nothing; ${code('pack link')} makes the code worthless.`;
}

/** Who somebody is. */
export function renderWhoAmI(
  { actor, name, accounts: all, contradicts }: WhoView,
  context: ReplyContext & { readonly isUnproved: boolean },
): string {
  const own = account(actor);
  const lines = [
    context.isUnproved
      ? `Nothing proves that you are ${bold(actor.name)}: you go by ${own}, and may ask, but change nothing.`
      : `You are ${name === undefined ? own : `${bold(name)}, here as ${own}`}.`,
    ...all
      .filter((one) => accountName(one) !== accountName(actor))
      .map((one) => `• ${account(one)}, ${since(one.since, context)}`),
  ];
  if (contradicts !== undefined)
    lines.push(
      `⚠️ Your accounts were joined, but they are of ${listed(contradicts.map(bold))}, so they count apart. ${code('pack unlink')} takes this one out.`,
    );
  else if (all.length === 1 && !context.isUnproved)
    lines.push(`${code('pack link')} joins it with your accounts on other chats.`);
  return lines.join('\n');
}

function since(at: Date | undefined, context: ReplyContext): string {
  return at === undefined ? 'by packtrain.yaml' : `joined ${ago(at, context.now)}`;
}

function accounts(all: readonly Account[]): string {
  return listed(all.map(account));
}

function account(one: Account): string {
  return code(accountName(one));
}
