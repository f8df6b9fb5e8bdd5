import semver from 'semver';
import { pointsOf } from './markdown.js';

/** The files that may hold a pack's change log, in the order in which they are looked for. */
export const changelogFiles = [
  'CHANGES.md',
  'CHANGELOG.md',
  'CHANGES',
  'CHANGELOG',
  'changes.md',
  'changelog.md',
  'Changelog.md',
] as const;

const longestSection = 8_000;

/** The versions of a change: after the first, up to the second. */
export interface VersionSpan {
  readonly before: string;
  readonly after: string;
}

/**
 * What a change log says about the versions that a change brings, newest first. Versions stand in headings of any form
 * that is common: `## 1.2.0`, `## [1.2.0] - 2026-03-01`, `# v1.2.0 (March 2026)`, `Version 1.2.0` underlined, `**1.2.0**`.
 */
export function changelogNews(text: string, { before, after }: VersionSpan): string[] {
  if (before === after || !semver.valid(after)) return [];
  const wanted = sectionsOf(text).filter(({ version }) => isWithin(version, { before, after }));
  // Without a word on the version that is meant, what is there speaks of something else.
  if (!wanted.some(({ version }) => semver.eq(version, after))) return [];
  return wanted
    .sort((a, b) => semver.rcompare(a.version, b.version))
    .flatMap(({ lines }) => pointsOf(lines.join('\n').slice(0, longestSection)));
}

function isWithin(version: string, { before, after }: VersionSpan): boolean {
  if (semver.eq(version, after)) return true;
  return semver.valid(before) !== null && semver.gt(version, before) && semver.lt(version, after);
}

interface Section {
  readonly version: string;
  readonly lines: string[];
}

const number = String.raw`v?(\d+\.\d+(?:\.\d+)?(?:-[\w.-]+)?)`;
const titled = new RegExp(
  String.raw`^(?:#{1,6}\s*)?(?:\*\*)?\[?(?:(?:version|release)\s+)?${number}\b\]?(?:\([^)]*\))?(?:\*\*)?(?<rest>.*)$`,
  'iu',
);

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  const lines = text.split(/\r?\n/u);
  for (const [index, line] of lines.entries()) {
    const version = versionOf(line, lines[index + 1] ?? '');
    if (version !== undefined) sections.push({ version, lines: [] });
    else if (!isUnderline(line) && !isOtherTop(line)) sections.at(-1)?.lines.push(line);
    else if (isOtherTop(line)) sections.push({ version: '0.0.0-none', lines: [] });
  }
  return sections;
}

/** The version that a line is the heading of. Plain text is a heading only when it is underlined, or in bold alone. */
function versionOf(line: string, next: string): string | undefined {
  const found = titled.exec(line.trim());
  if (found === null) return undefined;
  const rest = found.groups?.rest ?? '';
  const isHeading = line.trimStart().startsWith('#') || (isUnderline(next) && next.trim() !== '');
  const isBold = /^\*\*[^*]+\*\*/u.test(line.trim()) && rest.length < 40;
  if (!isHeading && !isBold) return undefined;
  return semver.coerce(found[1], { includePrerelease: true })?.version;
}

function isUnderline(line: string): boolean {
  return /^(?:={3,}|-{3,})\s*$/u.test(line);
}

/** `# Unreleased` ends what is above it, and is itself of no version. */
function isOtherTop(line: string): boolean {
  return /^#{1,3}\s*\[?(?:unreleased|upcoming|next|in development)\b/iu.test(line);
}
