import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** The relative links of a page, without those in code. */
function linksOf(page: string): string[] {
  const prose = textOf(page)
    .replace(/```.*?```/gs, '')
    .replace(/`[^`\n]*`/g, '');
  const all = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return all.filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors of a page's headings, as Git hosts make them. */
function anchorsOf(page: string): string[] {
  const headings = [...textOf(page).matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

describe('the pages', () => {
  it.each(pages)('%s: every link leads somewhere', (page) => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('are all in an index', () => {
    const listed = (index: string) => linksOf(index).map((link) => join(dirname(index), link));
    const indexed = ['README.md', 'docs/README.md', 'docs/decisions/README.md'].flatMap(listed);
    expect(pages.filter((page) => page !== 'README.md' && !indexed.includes(page))).toEqual([]);
  });

  it('of decisions are numbered without a gap', () => {
    const numbers = readdirSync(join(root, 'docs/decisions'))
      .filter((name) => name !== 'README.md')
      .map((name) => Number(name.slice(0, 4)));
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, at) => at + 1));
  });
});

describe('the two commands', () => {
  const blocks = [...textOf('README.md').matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1]);

  it('stand in the README, each enough by itself', () => {
    expect(blocks).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
  });

  it('are what the checks run', () => {
    const checks = textOf('.ci/run');
    expect(checks).toContain("bash -c 'npm ci && npm test'");
    expect(execFileSync('bash', ['-n', join(root, '.ci/run')], { encoding: 'utf8' })).toBe('');
  });
});
