/** An address without its resource, in small letters as far as those of ASCII go: servers fold the rest themselves. */
export function bareOf(jid: string): string {
  const [bare = ''] = jid.split('/', 1);
  return bare.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** What stands behind the slash: in a room, somebody's nick. */
export function resourceOf(jid: string): string {
  const at = jid.indexOf('/');
  return at === -1 ? '' : jid.slice(at + 1);
}

/** The name before the domain; empty where there is none. */
export function localOf(jid: string): string {
  const bare = bareOf(jid);
  return bare.slice(0, Math.max(0, bare.indexOf('@')));
}

/** The domain of an address. */
export function domainOf(jid: string): string {
  const bare = bareOf(jid);
  return bare.slice(bare.indexOf('@') + 1);
}

/** An address as its server writes it, but for the resource, which may have capitals. */
export function withResource(bare: string, resource: string): string {
  return `${bareOf(bare)}/${resource}`;
}
