import { expect } from 'vitest';

/** Compares texts with those of a golden file: a heading for each case, and under it what the bot says. */
export async function expectGolden(name: string, cases: Readonly<Record<string, string>>): Promise<void> {
  const parts = Object.entries(cases).map(([title, text]) => `## ${title}\n\n${text}\n`);
  await expect(parts.join('\n')).toMatchFileSnapshot(`${name}.golden.md`);
}
