import { reason } from './define.js';

/** Reasons that have to do with what is said in a chat, and with the formats of commands. */
export const chatReasons = {
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
};
