/** The address of a pack's page. */
export function packPath(pack: string): string {
  return `/packs/${encodeURIComponent(pack)}`;
}
