import { resolve } from 'node:path';

/** The address of a remote, taken apart. */
export interface Remote {
  readonly kind: 'http' | 'ssh' | 'git' | 'file' | 'other';
  /** What is given to git: without the user part for http, so that nothing secret is in the arguments. */
  readonly address: string;
  /** The host, or the path for a local remote; for messages. */
  readonly host: string;
  /** `https://host:port`, only for http: the one place where its token may go. */
  readonly origin?: string;
  /** The user named in the address. */
  readonly username?: string;
  readonly hasPassword: boolean;
}

const schemes: Record<string, Remote['kind']> = {
  'http:': 'http',
  'https:': 'http',
  'ssh:': 'ssh',
  'git+ssh:': 'ssh',
  'ssh+git:': 'ssh',
  'git:': 'git',
  'file:': 'file',
};

// As git itself decides: a colon before any slash is host:path, unless a transport's `::` follows.
const scpLike = /^(?:([^/@:]+)@)?(\[[^\]]+\]|[^/:@]+):(?!:)/;

/** Takes a remote's address apart, by git's own rules. Never throws. */
export function parseRemote(url: string): Remote {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return fromUrl(url);
  if (/^[a-z0-9]+::/i.test(url)) return { kind: 'other', address: url, host: '', hasPassword: false };
  const scp = scpLike.exec(url);
  if (scp !== null) return { kind: 'ssh', address: url, host: scp[2] ?? '', hasPassword: false };
  const path = resolve(url);
  return { kind: 'file', address: path, host: path, hasPassword: false };
}

function fromUrl(url: string): Remote {
  if (!URL.canParse(url)) return { kind: 'other', address: url, host: '', hasPassword: false };
  const parsed = new URL(url);
  const kind = schemes[parsed.protocol] ?? 'other';
  const hasPassword = parsed.password !== '';
  if (kind === 'file') return { kind, address: url, host: decodeURIComponent(parsed.pathname), hasPassword };
  if (kind !== 'http') return { kind, address: url, host: parsed.hostname, hasPassword };
  const username = decodeURIComponent(parsed.username);
  parsed.username = '';
  parsed.password = '';
  return {
    kind,
    address: parsed.href,
    host: parsed.host,
    origin: parsed.origin,
    hasPassword,
    ...(username === '' ? {} : { username }),
  };
}
