import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.js';
import { parseConfig } from '../../src/config/parse.js';
import { formatProblems } from '../../src/config/print.js';
import { commandNames } from '../../src/core/commands.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');

type Node = Readonly<Record<string, unknown>>;

/** Every named key of the schema with its node, in all depths. */
function keysOf(node: unknown): readonly (readonly [string, Node])[] {
  if (typeof node !== 'object' || node === null) return [];
  const properties = Object.entries(((node as Node).properties ?? {}) as Record<string, Node>);
  return [...properties, ...Object.values(node).flatMap(keysOf)];
}

describe('the page on configuration', () => {
  it.each(examples.map((text, i) => [i + 1, text] as const))('has an example %i that loads', (_, text) => {
    const loaded = parseConfig(text, { path: '/etc/packtrain.yaml', shown: 'configuration.md' });
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('');
  });

  it('shows every key in its examples', () => {
    const missing = keysOf(configJsonSchema()).filter(
      ([key]) => !new RegExp(`\\b${key}:`).test(examples.join('\n')),
    );
    // It stands in a table, and in rules that the example has no need of.
    expect([...new Set(missing.map(([key]) => key))].sort()).toEqual(['forced']);
    expect(page).toContain('forced:');
  });

  it('names every command', () => {
    for (const command of commandNames) expect(page).toContain(`\`${command}\``);
  });
});

describe('the JSON Schema', () => {
  it('describes every key', () => {
    const undescribed = keysOf(configJsonSchema()).filter(([, node]) => typeof node.description !== 'string');
    expect(undescribed.map(([key]) => key)).toEqual([]);
  });

  it('is up to date in packtrain.schema.json (npm run schema)', () => {
    const committed = JSON.parse(readFileSync(join(root, 'packtrain.schema.json'), 'utf8'));
    expect(committed).toEqual(configJsonSchema());
  });
});
