import type { Import } from './imports.js';

/** Groups of files that import each other, directly or around; each group as a path that comes back to its start. */
export function cyclesIn(imports: readonly Import[]): string[] {
  const graph = new Map<string, Set<string>>();
  for (const { from, to, isOurs } of imports) {
    if (isOurs) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  const done = new Set<string>();
  const found: string[] = [];
  for (const start of [...graph.keys()].sort()) follow(start, []);
  return found;

  function follow(file: string, path: readonly string[]): void {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) follow(next, [...path, file]);
    done.add(file);
  }
}
