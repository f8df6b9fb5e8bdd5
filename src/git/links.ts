/** Where a path leads when all symbolic links on it are followed. */
export type LinkEnd =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'loop' };

/** The kernel's own limit. */
const maxHops = 40;

/**
 * Follows a path as the kernel does, step by step, within a pack that is not on disk. Comparing the text of a link's
 * target is not enough: `a/up/..` leads out when `a/up` is itself a link to the pack's root.
 * @param path - Relative to the pack's root.
 * @param links - The targets of the pack's symbolic links, by path.
 */
export function followLinks(path: string, links: ReadonlyMap<string, string>): LinkEnd {
  const ahead = path.split('/').reverse();
  const at: string[] = [];
  let hops = 0;
  for (let step = ahead.pop(); step !== undefined; step = ahead.pop()) {
    if (step === '' || step === '.') continue;
    if (step === '..') {
      if (at.pop() === undefined) return { kind: 'outside' };
      continue;
    }
    at.push(step);
    const target = links.get(at.join('/'));
    if (target === undefined) continue;
    at.pop();
    hops += 1;
    if (hops > maxHops) return { kind: 'loop' };
    if (target.startsWith('/')) return { kind: 'outside' };
    ahead.push(...target.split('/').reverse());
  }
  return { kind: 'inside', path: at.join('/') };
}
