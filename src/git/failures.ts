import { type Refusal, refuse } from '../core/reason.js';
import type { Redactor } from '../core/redact.js';
import type { Access } from './credentials.js';
import type { GitEnd } from './run.js';

/** What is known about a git process that failed. */
export interface Failure {
  readonly repository: string;
  /** What git was asked, such as `fetch`. */
  readonly command: string;
  readonly end: GitEnd;
  readonly redactor: Redactor;
  /** Absent for what only reads the mirror. */
  readonly access?: Access;
}

interface Facts {
  readonly repository: string;
  readonly host: string;
  readonly had: Access['had'];
  readonly detail: string;
}

type Rule = readonly [pattern: RegExp, refusal: (facts: Facts) => Refusal];

// git's and ssh's words with LC_ALL=C. The first that matches counts: the particular stands before the general.
const rules: readonly Rule[] = [
  [/No space left on device|Disk quota exceeded/, ({ repository }) => refuse('disk-full', { repository })],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED/, (f) => refuse('remote-host-key-changed', placeOf(f))],
  [/Host key verification failed/, (f) => refuse('remote-host-key-unknown', placeOf(f))],
  [
    /UNPROTECTED PRIVATE KEY FILE|^Load key "([^"]*)": (?!.*No such file)/m,
    ({ repository, detail }) =>
      refuse('ssh-key-unusable', {
        repository,
        file: /Load key "([^"]*)"/.exec(detail)?.[1] ?? '',
        detail: /unprotected|bad permissions/i.test(detail)
          ? 'others can read it'
          : 'it has a passphrase or is no key',
      }),
  ],
  [/ssh: (command )?not found|cannot run ssh/, ({ repository }) => refuse('ssh-missing', { repository })],
  [
    /Could not resolve host|Name or service not known|Temporary failure in name resolution/,
    (f) => refuse('remote-unknown-host', placeOf(f)),
  ],
  [
    /SSL certificate problem|certificate verif|SSL: no alternative|SSL peer certificate/i,
    (f) => refuse('remote-certificate', { ...placeOf(f), detail: f.detail }),
  ],
  [/update url base from redirection|returned error: 30\d/, (f) => refuse('remote-redirects', placeOf(f))],
  [
    /Repository not found|^fatal: repository .* not found|project you were looking for could not be found|does not appear to be a git repository|^fatal: '.*': No such file|returned error: 410/im,
    ({ repository, host, had }) => refuse('remote-not-found', { repository, host, had }),
  ],
  [
    /Authentication failed|Permission denied \(|could not read (Username|Password)|returned error: 40[13]|Too many authentication failures|Access denied/i,
    ({ repository, host, had }) => refuse('remote-auth', { repository, host, had }),
  ],
  [/detected dubious ownership/, ({ repository }) => refuse('remote-ownership', { repository })],
  [
    /transport '.*' not allowed|is not a git command\. See/,
    ({ repository }) => refuse('remote-protocol', { repository }),
  ],
  [
    /Operation timed out|Connection timed out|Operation too slow|Timeout, server .* not responding/,
    (f) => refuse('remote-unreachable', { ...placeOf(f), detail: 'it does not answer in time' }),
  ],
  [
    /Connection refused|Couldn't connect to server|Failed to connect|No route to host|Network is unreachable|Connection (reset|closed)|Empty reply from server|unable to connect to|returned error: 5\d\d|early EOF|unexpected disconnect|hung up unexpectedly/i,
    (f) => refuse('remote-unreachable', { ...placeOf(f), detail: f.detail }),
  ],
  [
    /Permission denied$|Read-only file system|insufficient permission/m,
    ({ repository, detail }) => refuse('data-not-writable', { repository, detail }),
  ],
];

/** Tells from what git said why it failed. */
export function refusalOf(failure: Failure): Refusal {
  const { repository, command, end, access } = failure;
  const host = access?.remote.host ?? 'the mirror';
  if (end.how === 'missing') return refuse('git-missing', {});
  if (end.how === 'timeout' && access !== undefined)
    return refuse('remote-timeout', { repository, host, seconds: Math.round(end.ms / 1000) });
  const detail = detailOf(end, failure.redactor);
  const facts = { repository, host, had: access?.had ?? 'none', detail };
  const rule = rules.find(([pattern]) => pattern.test(end.stderr));
  return rule?.[1](facts) ?? refuse('git-failed', { repository, command, detail });
}

/** Whether git's words mean that the mirror itself is damaged, not the remote or the network. */
export function isDamage(said: string): boolean {
  return damage.test(said) && !/^remote: /m.test(said);
}

const damage =
  /not a git repository|bad object|object (file )?.*(is empty|corrupt)|is corrupt|corrupt(ed)? (loose|packed)|packfile .* (invalid|cannot be accessed|is truncated)|inflate: data stream error|unable to (unpack|parse) |unable to read (tree|[0-9a-f]{40})|invalid sha1 pointer|did not send all necessary objects|missing necessary objects|unresolved deltas|bad (config|tree object)|file .*\.(pack|idx) .*(far too short|mismatch|non-monotonic)|unexpected line in .*packed-refs|unable to resolve reference|reference broken|is missing$/im;

/** The lock files that stopped git. Only the owner of a mirror may take them for left over. */
export function lockFilesIn(said: string): string[] {
  return [...said.matchAll(/Unable to create '([^']+\.lock)': File exists/g)].flatMap(
    ([, path]) => path ?? [],
  );
}

function placeOf({ repository, host }: Facts): { repository: string; host: string } {
  return { repository, host };
}

/** The most telling lines of what git said, on one line. */
function detailOf(end: GitEnd, redactor: Redactor): string {
  if (end.how === 'aborted') return 'it was ended because Packtrain stops';
  if (end.how === 'timeout') return 'it took too long';
  // Before anything is cut off: half a secret is not told from other words.
  const lines = redactor
    .text(end.stderr)
    .split('\n')
    .map((line) => line.trim());
  const telling = lines.filter((line) => /^(fatal|error|ssh|remote: (error|fatal)|Load key)/i.test(line));
  const chosen = telling.length > 0 ? telling.slice(0, 3) : lines.filter((line) => line !== '').slice(-2);
  const ending = end.code === -1 ? 'it was killed' : `it ended with code ${end.code}`;
  return chosen.join('; ').slice(0, 500) || ending;
}
