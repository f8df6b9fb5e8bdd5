import { reason } from './define.js';

/** Reasons that only the command line has: how it was called, and whether it reaches the server. */
export const cliReasons = {
  'server-not-running': reason<{ data: string; pid?: number }>({
    kind: 'outage',
    what: (p) =>
      p.pid === undefined
        ? `Packtrain is not running on ${p.data}.`
        : `Packtrain is not running on ${p.data}: process ${p.pid}, which served it, is gone.`,
    next: () => 'Start it with `packtrain serve`, or name its data directory with --data DIR.',
  }),
  'server-unreachable': reason<{ url: string; why: string }>({
    kind: 'outage',
    what: (p) => `Packtrain does not answer at ${p.url}: ${p.why}.`,
    next: () => 'Look at the log of `packtrain serve`, or run `packtrain doctor`.',
  }),
  'server-key-refused': reason<{ url: string; file: string }>({
    kind: 'denied',
    what: (p) => `The server at ${p.url} does not take the key in ${p.file}.`,
    next: () => 'Another Packtrain may listen there: name its data directory with --data DIR.',
  }),
  'server-file-broken': reason<{ file: string }>({
    kind: 'invalid',
    what: (p) => `${p.file} is not what \`packtrain serve\` writes.`,
    next: () => 'Remove it and start `packtrain serve` again.',
  }),
  'server-answer-odd': reason<{ url: string; why: string }>({
    kind: 'outage',
    what: (p) => `The answer of ${p.url} makes no sense: ${p.why}.`,
    next: () => 'Use the same version of Packtrain for the server and the command line.',
  }),
  'nothing-deployed-yet': reason<Record<string, never>>({
    kind: 'missing',
    what: () => 'Nothing was deployed yet.',
    next: () => 'Begin with `packtrain deploy REPOSITORY PACK`.',
  }),
  'bad-setting': reason<{ name: string; value: string; wanted: string }>({
    kind: 'usage',
    what: (p) => `${p.name} is "${p.value}", but it must be ${p.wanted}.`,
    next: () => '',
  }),
  'bad-words': reason<{ what: string; usage: string }>({
    kind: 'usage',
    what: (p) => p.what,
    next: (p) => `Write it as \`${p.usage}\`.`,
  }),
  'config-refused': reason<{ file: string; problems: number }>({
    kind: 'invalid',
    what: (p) => `${p.file} has ${p.problems === 1 ? 'a problem' : `${p.problems} problems`}.`,
    next: () => 'Mend what is listed above, then run `packtrain config check` again.',
  }),
  'file-unreadable': reason<{ file: string; why: string }>({
    kind: 'missing',
    what: (p) => `${p.file} cannot be read: ${p.why}.`,
    next: () => '',
  }),
  'doctor-found': reason<{ failed: string[] }>({
    kind: 'outage',
    what: (p) =>
      `${p.failed.length === 1 ? 'One check' : `${p.failed.length} checks`} failed: ${p.failed.join(', ')}.`,
    next: () => 'Mend what is marked above, then run `packtrain doctor` again.',
  }),
  'deployment-failed': reason<{ deployment: number }>({
    kind: 'invalid',
    what: (p) => `Deployment #${p.deployment} failed.`,
    next: (p) => `\`packtrain logs ${p.deployment}\` shows what happened.`,
  }),
  'deployment-errored': reason<{ deployment: number }>({
    kind: 'outage',
    what: (p) => `Deployment #${p.deployment} met a technical error.`,
    next: (p) => `\`packtrain logs ${p.deployment}\` shows what happened.`,
  }),
  'deployment-not-done': reason<{ deployment: number; status: string }>({
    kind: 'busy',
    what: (p) => `Deployment #${p.deployment} was ${p.status} and changed nothing more.`,
    next: () => 'Ask for it again when you still want it.',
  }),
  'watch-lost': reason<{ deployment: number }>({
    kind: 'outage',
    what: (p) =>
      `The server went away while deployment #${p.deployment} was under way; it goes on when the server is back.`,
    next: (p) => `Then watch it with \`packtrain logs -f ${p.deployment}\`.`,
  }),
  'quickstart-in-the-way': reason<{ folder: string }>({
    kind: 'busy',
    what: (p) => `${p.folder} is there but was not made by Packtrain, and nothing is ever overwritten.`,
    next: () => 'Move it away, or name a config with --config FILE.',
  }),
  'quickstart-failed': reason<{ folder: string; why: string }>({
    kind: 'outage',
    what: (p) => `The quickstart workspace could not be made in ${p.folder}: ${p.why}.`,
    next: () => 'Mend that and start again, or name a config with --config FILE.',
  }),
};
