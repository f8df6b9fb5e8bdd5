import { reason } from './define.js';

/** Reasons that have to do with Git hosts and their deliveries. */
export const webhooksReasons = {
  'delivery-unreadable': reason<{ host: string; event: string; problem: string }>({
    kind: 'invalid',
    what: (p) => `The delivery of ${p.host} (${p.event}) has not the form of its kind: ${p.problem}.`,
    next: (p) => `Look whether hosts.${p.host}.kind names what ${p.host} is.`,
  }),
  'no-delivery': reason<{ id: string }>({
    kind: 'missing',
    what: (p) => `There is no delivery ${p.id}; old ones are forgotten.`,
    next: () => '`packtrain webhooks` lists those that there are.',
  }),
  'no-host': reason<{ host: string; known: string[] }>({
    kind: 'missing',
    what: (p) => `There is no host "${p.host}" in the configuration.`,
    next: (p) => (p.known.length > 0 ? `There is ${p.known.join(', ')}.` : 'Name it in the section `hosts`.'),
  }),
  'host-not-told': reason<{ known: string[] }>({
    kind: 'usage',
    what: () => 'It does not say which host it is from.',
    next: (p) => `Name it with --host${p.known.length > 0 ? `: ${p.known.join(', ')}` : ''}.`,
  }),
};
