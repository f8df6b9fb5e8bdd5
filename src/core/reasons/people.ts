import { reason } from './define.js';

/** Reasons that have to do with whose account is whose. */
export const peopleReasons = {
  'linking-off': reason<Record<string, never>>({
    kind: 'denied',
    what: () => 'Accounts can not be joined here: packtrain.yaml says `linking: nothing`.',
    next: () => 'Ask the operator to put your accounts under your name in `people`.',
  }),
  'nickname-not-linked': reason<{ platform: string; name: string }>({
    kind: 'denied',
    what: (p) =>
      `On ${p.platform} names count without a proof, so whoever calls themselves ${p.name} would have your other accounts too.`,
    next: () => 'Ask the operator to put your accounts under your name in `people`.',
  }),
  'link-overheard': reason<{ platform: string }>({
    kind: 'denied',
    what: (p) => `On ${p.platform} others may read what only you should, so accounts are not joined there.`,
    next: () => 'Ask the operator to put your accounts under your name in `people`.',
  }),
  'link-own-code': reason<Record<string, never>>({
    kind: 'usage',
    what: () => 'This code is for your other account.',
    next: () => 'Say the line there, where you want to be the same person.',
  }),
  'link-code-wrong': reason<{ left: number }>({
    kind: 'usage',
    what: () => 'There is no such code, or its time is over.',
    next: (p) =>
      `Get another with \`pack link\` as your other account.${p.left === 0 ? '' : ` You may try ${p.left === 1 ? 'once' : `${p.left} times`} more.`}`,
  }),
  'link-code-taken': reason<{ account: string }>({
    kind: 'busy',
    what: (p) => `${p.account} has said this code already.`,
    next: () => 'If that was not you, get another code with `pack link` as your other account.',
  }),
  'host-account-taken': reason<{ account: string }>({
    kind: 'denied',
    what: (p) => `${p.account} is somebody's already, so no push joins it.`,
    next: () => 'If it is yours, ask the operator to put it under your name in `people`.',
  }),
  'link-too-many': reason<{ time: string }>({
    kind: 'denied',
    what: () => 'That were too many wrong codes.',
    next: (p) => `Try again in ${p.time}.`,
  }),
  'already-one-person': reason<{ account: string }>({
    kind: 'usage',
    what: (p) => `${p.account} is yours already.`,
    next: () => 'See all your accounts with `pack whoami`.',
  }),
  'link-conflict': reason<{ account: string; names: string[] }>({
    kind: 'denied',
    what: (p) => `These accounts are of ${p.names.join(' and ')}, so they can't be one person's.`,
    next: (p) => `If they are, ask the operator to put ${p.account} and yours under one name in \`people\`.`,
  }),
  'not-linked': reason<{ account: string; linked: string[] }>({
    kind: 'missing',
    what: (p) => `${p.account} was not joined with yours by \`pack link\`.`,
    next: (p) =>
      p.linked.length === 0
        ? 'See your accounts with `pack whoami`; those of packtrain.yaml are changed there.'
        : `These were: ${p.linked.join(', ')}. Accounts of packtrain.yaml are changed there.`,
  }),
  'which-person': reason<{ name: string; accounts: string[] }>({
    kind: 'usage',
    what: (p) => `Several are called ${p.name}: ${p.accounts.join(', ')}.`,
    next: (p) => `Say which one, as in \`${p.accounts[0]}\`.`,
  }),
};
