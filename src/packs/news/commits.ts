import { capital, cut, oneLine, quiet } from './text.js';

const conventional = /^(\w+)(?:\([^)]*\))?(!?):\s+(.+)$/u;
const forDevelopers = new Set([
  'chore',
  'ci',
  'test',
  'tests',
  'build',
  'style',
  'refactor',
  'docs',
  'release',
]);
const noise = /^(?:merge\b|fixup!|squash!|amend!|wip\b|bump version\b|version bump\b|release v?\d)/iu;

/** What commit subjects, newest first, tell those who use the pack; what is for developers alone is left out. */
export function commitNews(subjects: readonly string[]): string[] {
  return [...new Set(subjects.flatMap(tellOf))];
}

function tellOf(subject: string): string[] {
  const line = oneLine(subject);
  if (line === '' || noise.test(line)) return [];
  const [, type, isBreaking, rest] = conventional.exec(line) ?? [];
  if (type !== undefined && isBreaking === '' && forDevelopers.has(type.toLowerCase())) return [];
  const fixed = type?.toLowerCase() === 'fix' ? 'Fixed: ' : '';
  const plain = (rest ?? line)
    .replace(/\s*\(#\d+\)$/u, '')
    .replace(/\s*\[(?:deploy skip|skip deploy|ci skip|skip ci)\]\s*/giu, ' ')
    .replace(/[*`[\]]/gu, '')
    .trim();
  return plain === '' ? [] : [cut(quiet(`${fixed}${fixed === '' ? capital(plain) : plain}`), 160)];
}
