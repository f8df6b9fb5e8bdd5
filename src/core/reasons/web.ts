import { reason } from './define.js';

/** Reasons that have to do with the web server, its pages and its rooms. */
export const webReasons = {
  'nothing-said': reason<object>({
    kind: 'missing',
    what: () => 'There is no such message',
    next: () => 'Messages in chats are kept for 30 days.',
  }),
  'port-in-use': reason<{ host: string; port: number; isPacktrain: boolean }>({
    kind: 'outage',
    what: (p) =>
      p.isPacktrain
        ? `A Packtrain already answers at ${p.host}:${p.port}.`
        : `Another program already listens on ${p.host}:${p.port}.`,
    next: (p) =>
      p.isPacktrain
        ? 'Use that one, stop it, or give this one its own --data and --port.'
        : 'Stop that program, or choose a free port with --port.',
  }),
  'port-forbidden': reason<{ host: string; port: number }>({
    kind: 'outage',
    what: (p) => `This user may not listen on ${p.host}:${p.port}.`,
    next: () => 'Choose a port above 1023 with --port.',
  }),
  'host-unknown': reason<{ host: string; port: number }>({
    kind: 'usage',
    what: (p) => `${p.host} is no address of this machine.`,
    next: () => 'Set web.host to 127.0.0.1, to 0.0.0.0, or to an address that this machine has.',
  }),
  'unknown-room': reason<{ room: string; known: string[] }>({
    kind: 'missing',
    what: (p) => `There is no room ${p.room}.`,
    next: (p) => `The rooms are ${p.known.join(', ')}.`,
  }),
  'bad-request': reason<{ problem: string }>({
    kind: 'usage',
    what: (p) => `The request is not understood: ${p.problem}.`,
    next: () => 'docs/http-api.md says what each address takes.',
  }),
  'api-key-refused': reason<object>({
    kind: 'denied',
    what: () => 'The key is missing or wrong.',
    next: () =>
      'Send `Authorization: Bearer` with a key of `api.keys`, or with the one in server.json of the data directory.',
  }),
  'too-many-keys': reason<object>({
    kind: 'busy',
    what: () => 'Too many wrong keys came from this address.',
    next: () => 'Wait a minute, then come with the right one.',
  }),
  'local-key-needed': reason<object>({
    kind: 'denied',
    what: () => 'No key of the config may do this.',
    next: () => 'On the machine of the server, take the key in server.json of the data directory.',
  }),
  'key-only-reads': reason<{ key: string }>({
    kind: 'denied',
    what: (p) => `The key ${p.key} may only read.`,
    next: (p) => `Use another one, or let it change things with \`may: change\` under api.keys.${p.key}.`,
  }),
  'key-speaks-for-itself': reason<{ key: string; as: string }>({
    kind: 'denied',
    what: (p) => `The key ${p.key} may not ask in the name of ${p.as}.`,
    next: (p) => `Leave \`as\` out, or name them in \`acts_for\` under api.keys.${p.key}.`,
  }),
  'key-signs-nobody-in': reason<{ key: string }>({
    kind: 'denied',
    what: (p) => `The key ${p.key} signs nobody in, for a session would outlive it.`,
    next: () => 'Ask in a chat, or with `packtrain login` on the machine of the server.',
  }),
  'key-joins-nobody': reason<{ key: string }>({
    kind: 'denied',
    what: (p) => `The key ${p.key} joins no accounts: that is for those whose they are.`,
    next: () => 'Say it yourself, in a chat or with `packtrain link` on the machine of the server.',
  }),
  'no-such-address': reason<object>({
    kind: 'missing',
    what: () => 'There is no such address.',
    next: () => '`GET /api/v1/openapi.json` lists all that there are.',
  }),
  'request-too-large': reason<{ most: number }>({
    kind: 'usage',
    what: (p) => `The request has more than ${p.most} bytes.`,
    next: () => 'Send less at a time.',
  }),
  'too-many-streams': reason<object>({
    kind: 'busy',
    what: () => 'There are too many open streams.',
    next: () => 'Close one, or try again in a while.',
  }),
  'server-broke': reason<{ error: string }>({
    kind: 'outage',
    what: (p) => `Something broke in the server (${p.error}).`,
    next: () => 'Its log has more, under that number.',
  }),
  'no-deployment': reason<{ id: string }>({
    kind: 'missing',
    what: (p) => `There is no deployment #${p.id}.`,
    next: () => 'The newest are shown by `history`.',
  }),
};
