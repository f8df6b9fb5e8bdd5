import type { Dependency } from './links.js';

/** What one entry of `dependencies:` in pack.yaml asks for; undefined when it names no pack. */
export function readDependency(written: string): Omit<Dependency, 'file' | 'line'> | undefined {
  const [address = '', version] = split(written.trim());
  const pack = address.includes('/') || address.includes(':') ? lastPart(address) : address;
  const name = pack.toLowerCase();
  if (!/^[a-z0-9_]+$/.test(name)) return undefined;
  return { pack: name, ...(version === undefined || version === '' ? {} : { version }) };
}

/** `name=version`, also of an address: what stands behind the first `=` is no part of it. */
function split(written: string): readonly [address: string, version?: string] {
  const at = written.indexOf('=');
  return at < 0 ? [written] : [written.slice(0, at).trim(), written.slice(at + 1).trim()];
}

// The packs of StackStorm's own collection lie in repositories of such names: stackstorm-email is the pack email.
const collectionPrefix = /^stackstorm-/i;

/** The pack's name in a Git address or a path: `https://…/stackstorm-email.git`, `git@…:st2/ears`, `file:///packs/ears`. */
function lastPart(address: string): string {
  const last = address.replace(/[/]+$/, '').split(/[/:]/).at(-1) ?? '';
  return last.replace(/\.git$/, '').replace(collectionPrefix, '');
}
