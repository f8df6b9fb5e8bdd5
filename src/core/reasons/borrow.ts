import { reason } from './define.js';

/** Reasons that have to do with borrows, turns and locks. */
export const borrowReasons = {
  'not-borrowed': reason<{ pack: string }>({
    kind: 'missing',
    what: (p) => `Nobody has borrowed ${p.pack}.`,
    next: (p) => `See what is live with \`pack status ${p.pack}\`.`,
  }),
  'has-it-already': reason<{ pack: string; holder: string }>({
    kind: 'usage',
    what: (p) => `${p.holder} has ${p.pack} already.`,
    next: () => '',
  }),
  'borrow-overtaken': reason<{ pack: string; found: string }>({
    kind: 'busy',
    what: (p) => `${p.pack} has something newer live (${p.found}), so there is nothing to return.`,
    next: (p) => `See \`pack why ${p.pack}\`.`,
  }),
  'repository-gone': reason<{ pack: string; repository: string }>({
    kind: 'missing',
    what: (p) => `${p.repository}, which ${p.pack} comes from, is not in packtrain.yaml any more.`,
    next: (p) => `${p.pack} goes back by itself once ${p.repository} is there again.`,
  }),
  'nothing-passes': reason<{ pack: string; branch: string }>({
    kind: 'denied',
    what: (p) =>
      `None of the newest commits of ${p.branch} passes its checks, and nothing of ${p.pack} was live before.`,
    next: () => 'It goes back once one passes.',
  }),
  'borrow-too-long': reason<{ pack: string; most: string; left: string; command: string; whoCan: string[] }>({
    kind: 'denied',
    what: (p) => `${p.pack} may be borrowed for ${p.most} in all.`,
    next: (p) => {
      const less = p.left === '0s' ? '' : `Ask for ${p.left} at most. `;
      const who =
        p.whoCan.length === 0
          ? 'Nobody may keep it longer.'
          : `${p.whoCan.join(' or ')} may keep it longer with \`${p.command}\`.`;
      return `${less}${who}`;
    },
  }),
  'pack-busy': reason<{ pack: string; deployment: number }>({
    kind: 'busy',
    what: (p) => `Deployment #${p.deployment} of ${p.pack} is under way.`,
    next: () => 'Ask again when it has ended.',
  }),
  'return-not-due': reason<{ pack: string; holder: string }>({
    kind: 'busy',
    what: (p) => `${p.holder} keeps ${p.pack} for longer now.`,
    next: () => 'It returns by itself at its new end.',
  }),
  'target-changed': reason<{ repository: string; was: string; now: string }>({
    kind: 'invalid',
    what: (p) => `${p.repository} went to ${p.was} when this was asked for; the config says ${p.now} now.`,
    next: () => 'Ask for it anew.',
  }),
  'unknown-person': reason<{ name: string; near: string[] }>({
    kind: 'missing',
    what: (p) => `I know nobody called ${p.name}.`,
    next: (p) =>
      p.near.length > 0
        ? `Did you mean ${p.near.join(' or ')}?`
        : 'They have to have said something here first.',
  }),
  'already-locked': reason<{ scope: string; by: string; because: string; time: string }>({
    kind: 'busy',
    what: (p) =>
      `${p.by} has locked ${p.scope === '*' ? 'everything' : p.scope} for ${p.time} already, because ${p.because}.`,
    next: (p) => `${p.by} ends it with \`pack unlock ${p.scope}\`.`,
  }),
  'not-locked': reason<{ scope: string; locked: string[] }>({
    kind: 'missing',
    what: (p) => `${p.scope} is not locked.`,
    next: (p) => (p.locked.length > 0 ? `Locked: ${p.locked.join(', ')}.` : 'Nothing is locked.'),
  }),
  'not-called': reason<{ deployment: number; status: string }>({
    kind: 'usage',
    what: (p) => `It is not the turn of deployment #${p.deployment}: it is ${p.status}.`,
    next: () => 'See who is next with `pack queue`.',
  }),
  'turn-passed': reason<{ deployment: number; isOver: boolean }>({
    kind: 'usage',
    what: (p) => `The turn of deployment #${p.deployment} has passed: the phrase came too late.`,
    next: (p) =>
      p.isOver
        ? 'Ask for it anew.'
        : 'It is at the tail of the line, and you are asked once more when it comes again.',
  }),
  'already-confirmed': reason<{ deployment: number }>({
    kind: 'usage',
    what: (p) => `Deployment #${p.deployment} is under way already.`,
    next: () => '',
  }),
  'not-your-turn': reason<{ deployment: number; requester: string }>({
    kind: 'denied',
    what: (p) => `Deployment #${p.deployment} is ${p.requester}'s, so only ${p.requester} can say the word.`,
    next: () => '',
  }),
  'nothing-to-defer': reason<{ who: string }>({
    kind: 'missing',
    what: (p) => `${p.who}, you have nothing that waits in the queue.`,
    next: () => 'See everybody’s with `pack queue`.',
  }),
  'nobody-behind': reason<{ deployment: number }>({
    kind: 'usage',
    what: (p) => `Nobody waits behind deployment #${p.deployment}.`,
    next: () => 'So there is nobody to let go first.',
  }),
  expired: reason<{ deployment: number }>({
    kind: 'denied',
    what: (p) => `Nobody said the phrase for deployment #${p.deployment}, twice.`,
    next: () => 'Ask for it anew.',
  }),
};
