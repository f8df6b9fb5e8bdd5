import type { Node, Place } from './nodes.js';

/**
 * Whether one of these places stands anywhere in the parts or in their groups. Of alternatives only the second is
 * looked at, and neither repeats nor look-arounds are: that is what the formats' original parser does, and formats
 * in use depend on it.
 */
export function hasAnchor(nodes: readonly Node[], places: readonly Place[]): boolean {
  return nodes.some((node) => {
    if (node.kind === 'at') return places.includes(node.place);
    if (node.kind === 'group') return hasAnchor(node.body, places);
    return node.kind === 'branch' && hasAnchor(node.branches[1] ?? [], places);
  });
}
