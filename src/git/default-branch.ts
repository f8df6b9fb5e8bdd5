import { type Refs, remoteHead } from './refs.js';

/**
 * Tells a remote's default branch from where its HEAD stands. A fetch brings HEAD's commit but not its name, so the
 * remote is asked only when several branches stand at that commit.
 * @param known - The default branch so far.
 * @param ask - Asks the remote; it costs another connection.
 * @returns Undefined when HEAD names no branch and nothing else tells.
 */
export async function chooseDefaultBranch(
  refs: Refs,
  known: string | undefined,
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const branches = branchesOf(refs);
  const head = refs.get(remoteHead);
  const there = branches.filter((branch) => refs.get(`refs/heads/${branch}`) === head);
  if (there.length === 1) return there[0];
  const told = there.length > 1 ? await ask() : undefined;
  if (told !== undefined && branches.includes(told)) return told;
  return fallback(branches, known);
}

// A HEAD that leads nowhere: a bare repository whose first push went to another branch than its HEAD names.
function fallback(branches: readonly string[], known: string | undefined): string | undefined {
  if (known !== undefined && branches.includes(known)) return known;
  if (branches.length === 1) return branches[0];
  return ['main', 'master'].find((name) => branches.includes(name));
}

/** The names of all branches. */
export function branchesOf(refs: Refs): string[] {
  return namesUnder(refs, 'refs/heads/');
}

/** The names of all tags. */
export function tagsOf(refs: Refs): string[] {
  return namesUnder(refs, 'refs/tags/');
}

function namesUnder(refs: Refs, prefix: string): string[] {
  return [...refs.keys()].filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length));
}
