import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/chat/parse/parse.js';
import { configOf } from './fixture.js';

function valuesOf(line: string) {
  const parsed = parseLine(line, configOf(), { addressed: false, isShared: false });
  return parsed.kind === 'command' ? { name: parsed.command.name, ...parsed.values } : parsed.kind;
}

describe('what is said about announcements', () => {
  it.each([
    ['!pack announce preview beans', { name: 'preview', pack: 'beans' }],
    ['!pack announce preview beans feature/x', { name: 'preview', pack: 'beans', branch: 'feature/x' }],
    ['!pack announce preview beans of Kitchen', { name: 'preview', pack: 'beans', repo_name: 'Kitchen' }],
    ['!pack announce skip beans', { name: 'skip', pack: 'beans' }],
    ['!Pack Announce Reword Beans there is tea', { name: 'reword', pack: 'Beans', words: 'there is tea' }],
    ['!pack announce reword beans', 'near-miss'],
  ])('`%s`', (line, values) => {
    expect(valuesOf(line)).toEqual(values);
  });

  it('keeps new words as they were written', () => {
    const words = 'Say `tea {{cup}}` now, *really*: "hot"\nor don\u2019t.';
    expect(valuesOf(`!pack announce reword beans: ${words}`)).toEqual({
      name: 'reword',
      pack: 'beans',
      words,
    });
  });
});
