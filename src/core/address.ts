/** The address of a remote as far as it says which repository is meant. */
export interface RemoteAddress {
  readonly protocol: 'http' | 'ssh';
  /** The host's name in lower case, without its port. */
  readonly domain: string;
  /** Absent when it is the protocol's own. */
  readonly port?: string;
  /** Without slashes at its ends and without `.git`; as it was written. */
  readonly path: string;
}

const asUrl = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:]*)(?::(\d*))?(\/.*)?$/i;
// As git itself decides: a colon before any slash is host:path, unless a transport's `::` follows.
const asScp = /^(?:[^/@:]+@)?(\[[^\]]+\]|[^/:@]+):(?!:)(.+)$/;
const protocols: Readonly<Record<string, readonly [RemoteAddress['protocol'], string]>> = {
  http: ['http', '80'],
  https: ['http', '443'],
  ssh: ['ssh', '22'],
  'git+ssh': ['ssh', '22'],
  'ssh+git': ['ssh', '22'],
};

/** Takes the address of a remote apart; undefined when it is none of ssh or http. Never throws. */
export function remoteAddress(url: string): RemoteAddress | undefined {
  const [, scheme = '', domain = '', port = '', path = ''] = asUrl.exec(url) ?? [];
  if (scheme === '') return scpAddress(url);
  const [protocol, usual] = protocols[scheme.toLowerCase()] ?? [];
  if (protocol === undefined || domain === '') return undefined;
  const own = port === '' || port === usual ? {} : { port };
  return { protocol, domain: domain.toLowerCase(), ...own, path: bare(decoded(path)) };
}

function scpAddress(url: string): RemoteAddress | undefined {
  const [, domain, path] = url.includes('://') ? [] : (asScp.exec(url) ?? []);
  if (domain === undefined || path === undefined) return undefined;
  return { protocol: 'ssh', domain: domain.toLowerCase(), path: bare(path) };
}

function bare(path: string): string {
  return path
    .replace(/[?#].*$/, '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
