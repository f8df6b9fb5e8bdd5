import { distance } from 'fastest-levenshtein';

/** The candidates that somebody who wrote `name` may have meant, nearest first; at most three. */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  return [...candidates]
    .map((candidate) => ({ candidate, far: farness(wanted, candidate.toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(2, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

// A part of a long name is what people remember of it, so it counts as near.
function farness(wanted: string, candidate: string): number {
  const isPart = wanted.length >= 3 && candidate.includes(wanted);
  return isPart ? 1 : distance(wanted, candidate);
}
