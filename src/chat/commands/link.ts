import type { LinkIntent, UnlinkIntent } from '../../core/intent.js';
import { ok, type Result } from '../../core/result.js';
import { renderWhoAmI } from '../render/accounts.js';
import type { IntentCommand, QueryCommand, Values } from './command.js';

/** `pack link`: joins accounts of one person on several platforms. */
export const linkCommand: IntentCommand = {
  kind: 'intent',
  name: 'link',
  words: 'pack link',
  formats: [{ display: 'pack link {{code=new}}', representation: ['pack link {{code}}', 'pack link'] }],
  params: [{ name: 'code', label: 'the code that your other account was given' }],
  help: 'joins your accounts on several chats: say it in one, and the code that it gives you in the other',
  example: 'pack link',
  intent: async ({ code }: Values): Promise<Result<LinkIntent>> =>
    ok({ kind: 'link', ...(code === undefined ? {} : { code }) }),
};

/** `pack unlink`: takes joined accounts apart. */
export const unlinkCommand: IntentCommand = {
  kind: 'intent',
  name: 'unlink',
  words: 'pack unlink',
  formats: [
    { display: 'pack unlink {{account=this}}', representation: ['pack unlink {{account}}', 'pack unlink'] },
  ],
  params: [{ name: 'account', label: 'the platform, or the account as `platform:id`' }],
  help: 'takes accounts apart that `pack link` has joined; the one that you say it with, unless you name another',
  example: 'pack unlink web',
  intent: async ({ account }: Values): Promise<Result<UnlinkIntent>> =>
    ok({ kind: 'unlink', ...(account === undefined ? {} : { account }) }),
};

/** `pack whoami`: who the asker is, with all their accounts. */
export const whoAmICommand: QueryCommand = {
  kind: 'query',
  name: 'whoami',
  words: 'pack whoami',
  formats: [{ display: 'pack whoami', representation: ['pack whoami'] }],
  params: [],
  help: 'tells who you are, and which accounts are yours',
  example: 'pack whoami',
  async answer(_values, asking) {
    const view = await asking.deployments.whoIs(asking.actor);
    const text = renderWhoAmI(view, { ...asking, isUnproved: asking.isUnproved === true });
    return { text, data: view, isPrivate: true };
  },
};
