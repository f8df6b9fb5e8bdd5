import { reason } from './define.js';

/** A check as a refusal names it. */
export interface NamedCheck {
  readonly name: string;
  readonly url?: string;
}

/** Reasons that have to do with what CI says, and with asking for it. */
export const checksReasons = {
  'checks-failed': reason<{
    repository: string;
    pack: string;
    revision: string;
    failed: NamedCheck[];
    /** The line that deploys it nevertheless. */
    command: string;
  }>({
    kind: 'denied',
    what: (p) => `${listed(p.failed)} failed for ${p.pack} at ${p.revision}.`,
    next: (p) => `Mend it and push. Who may force it says \`${p.command} ignoring checks because …\`.`,
  }),
  'nobody-tells-checks': reason<{ repository: string }>({
    kind: 'missing',
    what: (p) => `Nobody tells me of the checks of ${p.repository}: none of the configured hosts is its own.`,
    next: () => 'Name its host in packtrain.yaml, with a token or a webhook_secret.',
  }),
  'host-refuses-token': reason<{ host: string }>({
    kind: 'denied',
    what: (p) => `${p.host} does not take the token for its API.`,
    next: (p) => `Check that the token of ${p.host} in packtrain.yaml is set and still valid.`,
  }),
  'host-forbids': reason<{ host: string; detail: string }>({
    kind: 'denied',
    what: (p) => `${p.host} says that the token may not do this${quoted(p.detail)}.`,
    next: () => 'Give it the right to read checks, and to set commit statuses if those are wanted.',
  }),
  'host-knows-not': reason<{ host: string; path: string }>({
    kind: 'missing',
    what: (p) => `${p.host} has no ${p.path}, or hides it from the token.`,
    next: () => 'Check the address of the repository, api_url, and what the token may see.',
  }),
  'host-limits': reason<{ host: string /** ISO 8601. */; until: string }>({
    kind: 'busy',
    what: (p) => `${p.host} wants no more requests until ${p.until.slice(0, 16).replace('T', ' ')} UTC.`,
    next: () => 'It is asked again then.',
  }),
  'host-broken': reason<{ host: string; detail: string }>({
    kind: 'outage',
    what: (p) => `${p.host} answers what cannot be used${quoted(p.detail)}.`,
    next: () => 'Check api_url, and whether the host is well.',
  }),
  'host-unreachable': reason<{ host: string; detail: string }>({
    kind: 'outage',
    what: (p) => `${p.host} cannot be reached${quoted(p.detail)}.`,
    next: () => 'Check api_url and ca_file, and whether the host is up.',
  }),
};

function quoted(detail: string): string {
  return detail === '' ? '' : ` (${detail})`;
}

function listed(checks: readonly NamedCheck[]): string {
  const shown = checks
    .slice(0, 3)
    .map(({ name, url }) => `\`${name}\`${url === undefined ? '' : ` (${url})`}`);
  const rest = checks.length - shown.length;
  const all = rest === 0 ? shown : [...shown, `${rest} more`];
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
