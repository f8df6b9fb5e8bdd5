import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.js';
import { formatProblems } from '../../src/config/print.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/config');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function problemsOf(text: string) {
  const loaded = parseConfig(text, { path: '/etc/packtrain/packtrain.yaml', shown: 'packtrain.yaml' });
  return loaded.ok ? [] : loaded.problems;
}

describe('a config with problems', () => {
  it.each(files)('%s: each is told with its place and how to mend it', async (name) => {
    const problems = problemsOf(readFileSync(join(folder, name), 'utf8'));
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('planted');
    await expect(`${formatProblems(problems)}\n`).toMatchFileSnapshot(
      join(folder, name.replace('.yaml', '.golden.txt')),
    );
  });

  it('is painted for a terminal, without a change to the words', () => {
    const problems = problemsOf('admins: 5\n');
    const painted = formatProblems(problems, { color: true });
    expect(painted).toContain('\u001b[31m^');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(formatProblems(problems));
  });

  it('shows the place in question of a very long line', () => {
    const many = Array.from({ length: 400 }, (_, i) => `R${i}: { repo: x }`).join(', ');
    const text = formatProblems(problemsOf(`{ repositories: { ${many}, Bad: { rpo: x } } }`));
    expect(text).toContain('Did you mean "repo"');
    expect(
      Math.max(
        ...text
          .split('\n')
          .filter((line) => line.includes('|'))
          .map((l) => l.length),
      ),
    ).toBeLessThan(120);
  });

  it.each([
    ['deep nesting', '['.repeat(20_000)],
    ['aliases of aliases', aliasBomb()],
    ['an alias to itself', 'repositories: &a { Beans: *a }\n'],
    ['a list that holds itself', 'repositories: {}\naccess: &a [ *a ]\npeople: &p { ann: *p }\n'],
    ['keys that are no text', 'repositories: { ? [a, b] : c, 5: { repo: x }, ~: y }\n'],
    ['a key that JavaScript would swallow', 'repositories: { __proto__: { repo: x } }\n__proto__: 1\n'],
    ['a root that is a list', '- repositories\n'],
    ['only text', 'hello'],
    ['nothing', ''],
  ])('%s is refused, not fatal', (_, text) => {
    const problems = problemsOf(text);
    expect(problems).not.toEqual([]);
    expect(problems.every((problem) => (problem.line ?? 1) >= 1 && problem.text.length < 600)).toBe(true);
  });
});

function aliasBomb(): string {
  const lines = Array.from(
    { length: 25 },
    (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`,
  );
  return ['a0: &a0 [x]', ...lines, 'repositories: {}', ''].join('\n');
}
