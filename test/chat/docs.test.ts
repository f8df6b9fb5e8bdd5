import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commandHints } from '../../src/chat/commands/hints.js';
import { commandTable } from '../../src/chat/commands/table.js';
import { commandNames } from '../../src/core/commands.js';
import { configOf } from './fixture.js';

const docs = new URL('../../docs/chat.md', import.meta.url);

describe('docs/chat.md', () => {
  it('lists the commands as they are', async () => {
    const rows = commandTable.map(({ formats, help }) => `| \`!${formats[0]?.display}\` | ${help} |`);
    expect(await readFile(docs, 'utf8')).toContain(`| say | and it |\n| --- | --- |\n${rows.join('\n')}\n`);
  });

  it('names every parameter that a format may have', async () => {
    const text = await readFile(docs, 'utf8');
    for (const { params, options = [] } of commandTable)
      for (const name of [...params.map((param) => param.name), ...options])
        expect(text).toContain(`\`${name}\``);
  });
});

describe('the table of commands', () => {
  it('has every command once', () => {
    expect(commandTable.map((one) => one.name).sort()).toEqual([...commandNames].sort());
  });

  it('gives hints for message boxes, those of added formats too', () => {
    const hints = commandHints(configOf({ prefix: '?', formats: [['deploy', ['ship {{packs}}']]] }));
    expect(hints.slice(0, 2)).toEqual([
      {
        display: '?pack deploy {{repo_name}} {{packs=changed}} {{branch=default}}',
        help: 'makes packs of a repository live',
      },
      { display: '?ship {{packs}}', help: 'makes packs of a repository live' },
    ]);
  });
});
