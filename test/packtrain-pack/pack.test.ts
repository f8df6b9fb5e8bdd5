import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../src/chat/commands/table.js';
import { builtInPhrases } from '../../src/core/phrases.js';
import { compileFormat } from '../../src/packs/grammar/format.js';
import { matchFormat } from '../../src/packs/grammar/match.js';
import { readPack } from '../../src/packs/read-pack.js';
import { aliasText, phraseAliasText, saidThere } from './aliases.js';
import { packFolder, thePack } from './files.js';

const { content, problems } = readPack(thePack(), { folder: 'packtrain' });
const actionNamed = (name: string) => content?.actions.find((action) => action.name === name);

/** Lines of StackStorm's own pack `packs`. */
const theirs = [
  'pack get {{ pack }}',
  'pack install {{ packs }}',
  'pack search {{ query }}',
  'pack show {{ pack }}',
];

const own = (content?.aliases ?? []).flatMap(({ name, formats }) =>
  formats.flatMap(({ representation }) => representation.map((format) => ({ alias: name, format }))),
);
const compiled = [...own, ...theirs.map((format) => ({ alias: `their ${format}`, format }))].map(
  ({ alias, format }) => {
    const made = compileFormat(format);
    if (!made.ok) throw new Error(`${alias}: ${made.refusal.code}`);
    return { alias, format: made.value };
  },
);

/** The aliases of a line, with what they take of it. */
function aliasesOf(line: string): { readonly alias: string; readonly params: object }[] {
  return compiled.flatMap(({ alias, format }) => {
    const match = matchFormat(format, line);
    return match.ok ? [{ alias, params: match.params }] : [];
  });
}

describe("the pack for StackStorm's own ChatOps", () => {
  it('is without fault', () => {
    expect(problems).toEqual([]);
    expect(content).toMatchObject({ ref: 'packtrain', sensors: [], triggers: [], policies: [] });
  });

  it('needs no virtualenv, so nothing has to be downloaded', () => {
    expect(content?.actions.map(({ runner }) => runner)).toEqual([
      'local-shell-script',
      'local-shell-script',
    ]);
    expect(readdirSync(packFolder)).not.toContain('requirements.txt');
  });

  it('has scripts that may be run', () => {
    for (const { entryPoint } of content?.actions ?? [])
      expect(statSync(join(packFolder, entryPoint ?? '')).mode & 0o111).toBe(0o111);
  });

  it('keeps what may not be seen as secrets', () => {
    const secret = Object.entries(content?.config ?? {}).filter(([, option]) => option.secret === true);
    expect(secret.map(([name]) => name)).toEqual(['key', 'api_key']);
  });

  it('lets nobody but StackStorm say who speaks, where, and with which key', () => {
    const { channel, user, env } = actionNamed('say')?.parameters ?? {};
    for (const parameter of [channel, user, env]) expect(parameter).toMatchObject({ immutable: true });
    expect(actionNamed('deploy')?.parameters.env).toMatchObject({ immutable: true });
  });

  it('has rules for three hosts, all of them off', () => {
    expect(
      content?.rules.map(({ name, enabled, trigger, action }) => [name, enabled, trigger, action]),
    ).toEqual(
      ['bitbucket_cloud_push', 'bitbucket_server_push', 'github_push'].map((name) => [
        name,
        false,
        'core.st2.webhook',
        'packtrain.deploy',
      ]),
    );
  });

  it('takes the parameters of the packs.deploy of old', () => {
    const { parameters = {} } = actionNamed('deploy') ?? {};
    for (const name of ['repo_name', 'packs', 'branch', 'auto_deploy', 'message', 'author'])
      expect(parameters).toHaveProperty(name);
    expect(parameters.packs).toMatchObject({ type: 'array' });
    expect(parameters.auto_deploy).toMatchObject({ type: 'boolean', default: false });
  });
});

describe('its aliases', () => {
  it.each(saidThere.map((command) => [command.name, command] as const))(
    '%s is as the table of commands has it (vitest -u writes it anew)',
    async (name, command) => {
      await expect(aliasText(command)).toMatchFileSnapshot(join(packFolder, `aliases/${name}.yaml`));
    },
  );

  it('take the phrases that people are asked for, with the marks and capitals that people give them', async () => {
    await expect(phraseAliasText()).toMatchFileSnapshot(join(packFolder, 'aliases/phrase.yaml'));
    const ways = (phrase: string) => [
      phrase,
      phrase.replace(/[^\p{L}\p{N}]+/gu, ' ').trim(),
      phrase.replace(/(^|[^\p{L}])\p{L}/gu, (letter) => letter.toUpperCase()),
      `${phrase} 2`,
      phrase.normalize('NFKD').replace(/\p{M}/gu, ''),
    ];
    const own = compiled.filter(({ alias }) => alias === 'packtrain_phrase');
    expect(own).toHaveLength(builtInPhrases.length);
    const params = builtInPhrases.map((phrase, at) => {
      const line = ways(phrase)[at % 5] ?? '';
      const match = own[at] && matchFormat(own[at].format, line);
      return [line, match?.ok === true && match.params.line];
    });
    expect(params.filter(([line, taken]) => line !== taken)).toEqual([]);
    for (const line of ways(builtInPhrases[0] ?? ''))
      expect(aliasesOf(line)).toEqual([{ alias: 'packtrain_phrase', params: { line } }]);
    expect(aliasesOf('alas! ear waxing')).toEqual([]);
  });

  it('are those of the commands, of the phrases, and one for anything', () => {
    const names = content?.aliases.map(({ name }) => name);
    const all = [...saidThere.map(({ name }) => name), 'phrase'].map((name) => `packtrain_${name}`);
    expect(names).toEqual(['packtrain', ...all].sort());
  });

  it.each(saidThere.map(({ name, example }) => [name, example]))(
    'of %s hand over its example as it was said',
    (name, example) => {
      const expected = [{ alias: `packtrain_${name}`, params: { line: example } }];
      expect(aliasesOf(example)).toEqual(expected);
    },
  );

  it('leave marks, capitals and what begins alike as it is', () => {
    const line = 'Pack lock "House Packs" for 2h because "we  clean", they said';
    expect(aliasesOf(line)).toEqual([{ alias: 'packtrain_lock', params: { line } }]);
    expect(aliasesOf('pack adoptable').map(({ alias }) => alias)).toEqual(['packtrain_adoptable']);
    expect(aliasesOf('pack adopt beans').map(({ alias }) => alias)).toEqual(['packtrain_adopt']);
    expect(aliasesOf('pack deploy').map(({ alias }) => alias)).toEqual(['packtrain_deploy']);
    const wrapped = 'pack announce reword beans: one\ntwo';
    expect(aliasesOf(wrapped)).toEqual([{ alias: 'packtrain_reword', params: { line: wrapped } }]);
  });

  it("leave StackStorm's own lines to it, and everybody else's", () => {
    expect(aliasesOf('pack install beans').map(({ alias }) => alias)).toEqual([
      'their pack install {{ packs }}',
    ]);
    for (const line of ['packtrains', 'pack', 'pack deployed beans', 'unpack deploy beans', 'repack status'])
      expect(aliasesOf(line)).toEqual([]);
  });

  it('take anything after the name', () => {
    const params = { line: 'chocolate biscuit' };
    expect(aliasesOf('packtrain chocolate biscuit')).toEqual([{ alias: 'packtrain', params }]);
  });

  it('get back every option that StackStorm cuts from the end of a line', () => {
    const options = new Set(commandTable.flatMap((command) => command.options ?? []));
    const parameters = Object.keys(actionNamed('say')?.parameters ?? {});
    expect([...options].filter((option) => !parameters.includes(option))).toEqual([]);
    const cut = { line: 'pack deploy house-packs', adopt: 'true' };
    expect(aliasesOf('pack deploy house-packs adopt=true')).toEqual([
      { alias: 'packtrain_deploy', params: cut },
    ]);
  });
});
