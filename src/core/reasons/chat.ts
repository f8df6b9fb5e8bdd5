import { reason } from './define.js';

/** Reasons that have to do with what is said in a chat, and with the formats of commands. */
export const chatReasons = {
  'button-stale': reason<object>({
    kind: 'missing',
    what: () => 'What this button was for is over.',
    next: () => '',
  }),
  'chat-library-missing': reason<{ platform: string; packages: string[] }>({
    kind: 'invalid',
    what: (p) => `The driver for ${p.platform} needs packages that are not installed.`,
    next: (p) => `Run \`npm install ${p.packages.join(' ')}\`, or take ${p.platform} out of chats.`,
  }),
  'chat-not-opened': reason<{ platform: string; detail: string }>({
    kind: 'invalid',
    what: (p) => `The chat ${p.platform} could not be set up: ${p.detail}.`,
    next: (p) => `Mend what stands under chats.${p.platform}.`,
  }),
  'format-invalid': reason<{ format: string; problem: string }>({
    kind: 'invalid',
    what: (p) => `The format "${p.format}" is not valid: ${p.problem}.`,
    next: () =>
      'Outside {{ }} a format is a regular expression: put a backslash before ( ) [ ] . * + ? that stand for themselves.',
  }),
  'format-unsupported': reason<{ format: string; construct: string }>({
    kind: 'invalid',
    what: (p) => `The format "${p.format}" uses something that is not supported here: ${p.construct}.`,
    next: () => 'Write it in another way, perhaps as two formats.',
  }),
  'format-unknown-parameter': reason<{
    format: string;
    command: string;
    parameter: string;
    known: string[];
  }>({
    kind: 'invalid',
    what: (p) =>
      `The format "${p.format}" has the parameter ${p.parameter}, which ${p.command} does not know.`,
    next: (p) =>
      p.known.length > 0 ? `It knows ${p.known.join(', ')}.` : 'It has none: write the words only.',
  }),
  'format-lacks-parameter': reason<{ format: string; command: string; parameter: string }>({
    kind: 'invalid',
    what: (p) => `The format "${p.format}" lacks the parameter ${p.parameter}, which ${p.command} needs.`,
    next: (p) => `Put {{${p.parameter}}} into it, or {{${p.parameter}=value}} with a fixed value.`,
  }),
  'unknown-command': reason<{ said: string; meant: string | null; help: string }>({
    kind: 'usage',
    what: (p) => `I don't know \`${p.said}\`.`,
    next: (p) =>
      p.meant === null ? `Say \`${p.help}\` to see what I do know.` : `Did you mean \`${p.meant}\`?`,
  }),
  'command-incomplete': reason<{ command: string; missing: string; example: string }>({
    kind: 'usage',
    what: (p) => `\`${p.command}\` lacks ${p.missing}.`,
    next: (p) => `Say it like this: \`${p.example}\`.`,
  }),
  'command-not-understood': reason<{ said: string; display: string; example: string }>({
    kind: 'usage',
    what: (p) => `I don't understand \`${p.said}\`.`,
    next: (p) => `It goes \`${p.display}\`, say \`${p.example}\`.`,
  }),
  'unknown-option': reason<{ command: string; option: string; known: string[] }>({
    kind: 'usage',
    what: (p) => `\`${p.command}\` has no option \`${p.option}\`.`,
    next: (p) =>
      p.known.length > 0
        ? `It has ${p.known.map((name) => `\`--${name}\``).join(', ')}.`
        : 'Say it again without.',
  }),
  'bad-option': reason<{ option: string; value: string }>({
    kind: 'usage',
    what: (p) => `\`${p.option}=${p.value}\` is not understood.`,
    next: (p) => `Say \`--${p.option}\`, or leave it out.`,
  }),
  'bad-number': reason<{ value: string; example: string }>({
    kind: 'usage',
    what: (p) => `\`${p.value}\` is no deployment's number.`,
    next: (p) => `Say it like this: \`${p.example}\`.`,
  }),
  'which-repository': reason<{ packs: string; known: string[]; example: string }>({
    kind: 'usage',
    what: (p) => `I can't tell which repository ${p.packs} should come from.`,
    next: (p) => `Name one of ${p.known.join(', ')}, as in \`${p.example}\`.`,
  }),
  'scope-both': reason<{ name: string; command: string }>({
    kind: 'usage',
    what: (p) => `${p.name} is the name of a repository and of a pack.`,
    next: (p) =>
      `Say \`pack ${p.command} repository ${p.name}\` for all of its packs, or \`pack ${p.command} pack ${p.name}\` for the one.`,
  }),
  'scope-unknown': reason<{ name: string; near: string[] }>({
    kind: 'missing',
    what: (p) => `I know no pack and no repository ${p.name}.`,
    next: (p) =>
      `Did you mean ${p.near.join(' or ')}? To lock a pack before it comes, say \`pack lock pack ${p.name}\`.`,
  }),
  'scope-unclear': reason<{ said: string; command: string }>({
    kind: 'usage',
    what: (p) => `I don't understand what \`${p.said}\` is.`,
    next: (p) =>
      `Name a pack, a repository, or \`*\` for everything, as in \`pack ${p.command} repository house-packs\`.`,
  }),
  'reason-too-long': reason<{ most: number }>({
    kind: 'usage',
    what: (p) => `A reason has at most ${p.most} characters, so that everybody reads it.`,
    next: () => 'Say it shorter.',
  }),
  'nothing-to-confirm': reason<{ who: string }>({
    kind: 'missing',
    what: (p) => `${p.who}, no deployment waits for your word.`,
    next: () => 'See whose turn it is with `pack queue`.',
  }),
  'which-to-confirm': reason<{ deployments: number[] }>({
    kind: 'usage',
    what: (p) => `Several wait for your word: ${p.deployments.map((id) => `#${id}`).join(', ')}.`,
    next: (p) => `Say which one, as in \`pack confirm ${p.deployments[0]}\`, or its phrase.`,
  }),
  'phrase-of-another': reason<{ requester: string; deployment: number; own: string | null }>({
    kind: 'denied',
    what: (p) => `It is the turn of ${p.requester} (#${p.deployment}), so only ${p.requester} can say that.`,
    next: (p) => (p.own === null ? '' : `You are asked for _${p.own}_.`),
  }),
  'phrase-near': reason<{ phrase: string }>({
    kind: 'usage',
    what: () => 'Nearly.',
    next: (p) => `Say _${p.phrase}_`,
  }),
  'phrase-over': reason<{ phrase: string }>({
    kind: 'usage',
    what: () => 'The turn for that phrase has passed, and another one has come.',
    next: (p) => `Say _${p.phrase}_`,
  }),
  'login-overheard': reason<{ platform: string }>({
    kind: 'denied',
    what: (p) =>
      `What is said on ${p.platform} is kept where others may read it, and a sign-in link is as good as you.`,
    next: () => 'Ask in another chat, or with `packtrain login` on the machine of the server.',
  }),
  'speaker-unproved': reason<{ platform: string; name: string }>({
    kind: 'denied',
    what: (p) =>
      `Nothing on ${p.platform} proves that you are ${p.name}, so you may ask, but change nothing.`,
    next: (p) =>
      `Log in to your account there and say it again, or ask the operator: chats.${p.platform}.trust_nicknames lets names count.`,
  }),
  'chat-broke': reason<{ error: string }>({
    kind: 'outage',
    what: (p) => `Sorry, something broke on my side (error ${p.error}).`,
    next: (p) => `Try again; if it goes on, the server's log has more under ${p.error}.`,
  }),
};
