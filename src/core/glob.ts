/** Whether a name fits a pattern in which `*` stands for any text, slashes too. */
export function matchesName(pattern: string, name: string): boolean {
  return fits(pattern.split(/\*+/), name);
}

// Each piece is taken at its first place: with one kind of wildcard that never misses a match, and is linear.
function fits(pieces: readonly string[], name: string): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return name === first;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  const end = name.length - last.length;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = name.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}

/** Whether a path fits a pattern: `*` stands for any text without a slash, `**` for any text, `**` + `/` for any folders. */
export function matchesPath(pattern: string, path: string): boolean {
  const source = pattern
    .split(/(\*\*\/|\*\*|\*)/)
    .map((part) => pathParts[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}$`, 's').test(path);
}

const pathParts: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' };
