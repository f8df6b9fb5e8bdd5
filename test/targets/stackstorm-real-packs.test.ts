import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../src/core/result.js';
import { contentFailingWith, fileIn } from '../fixtures/stackstorm/replay/failing.js';
import { type RecordedPack, recordedPacks, whyNot } from '../fixtures/stackstorm/replay/transcripts.js';
import { mustBeOk, refusalText, releaseOf } from './fixture.js';
import {
  action,
  alias,
  fillWith,
  type PackTexts,
  policy,
  rule,
  type StackstormBed,
  sensor,
  stackstormBed,
} from './stackstorm-bed.js';

let bed: StackstormBed;

beforeAll(async () => {
  bed = await stackstormBed({
    stack: { packsPathShown: '/opt/stackstorm/packs' },
    target: { virtualenvs: 'never' },
  });
});
afterAll(async () => await bed.remove());

/** What is recorded of a folder, how a registration calls it, and where the API has it, in the order of registering. */
const folders = [
  ['triggers', 'trigger', 'triggertypes'],
  ['sensors', 'sensor', 'sensortypes'],
  ['actions', 'action', 'actions'],
  ['rules', 'rule', 'rules'],
  ['aliases', 'alias', 'actionalias'],
  ['policies', 'policy', 'policies'],
] as const;

const texts: Readonly<Record<string, (name: string, pack: string) => string>> = {
  triggers: (name) => `name: ${name}\n`,
  sensors: (name) => sensor(name),
  actions: (name) => action(name),
  rules: (name) => rule(name),
  aliases: (name) => alias(name, `say ${name} {{ what }}`),
  policies: (name, pack) => policy(name, `${pack}.thing_0`),
};

// As many as show that there is more than one: what thousands cost is told elsewhere.
const most = 2;

/** A pack with what is recorded of a real one. */
function packLike({ pack, version, stackstorm_version, python_versions, content }: RecordedPack): PackTexts {
  const manifest = { name: pack, version, stackstorm_version, python_versions, author: 'ann' };
  const files = folders.flatMap(([folder]) =>
    Array.from({ length: Math.min(content[folder] ?? 0, most) }, (_, nth): [string, string] => [
      `${folder}/thing_${nth}.yaml`,
      texts[folder]?.(`thing_${nth}`, pack) ?? '',
    ]),
  );
  const known = Object.entries(manifest).filter(([, value]) => value !== null);
  // JSON is YAML.
  return { 'pack.yaml': JSON.stringify(Object.fromEntries(known)), ...Object.fromEntries(files) };
}

async function begin(pack: string, files: PackTexts) {
  const release = releaseOf(pack, 1);
  mustBeOk(await bed.target.stage(release, fillWith(files), 100));
  mustBeOk(await bed.target.activate({ release, expected: undefined, adopt: false }));
  bed.stack.forget();
  return { release, registered: (await bed.target.register?.(release, bed.context)) ?? ok(undefined) };
}

describe('packs like those that a real server was seen to register', () => {
  const good = recordedPacks.filter(({ registers }) => registers);

  it(`are enough to say so${whyNot}`, ({ skip }) => {
    skip(whyNot !== '', whyNot);
    expect([good.length, recordedPacks.length]).toEqual([74, 77]);
  });

  it.skipIf(whyNot !== '').each(good)(
    '$pack $version: exactly its types, all of it read back',
    async (one) => {
      const { pack, version, registered } = one;
      const { release, registered: done } = await begin(pack, packLike(one));
      mustBeOk(done);
      const there = folders.filter(([folder]) => (registered?.[folder] ?? 0) > 0);
      const asked = bed.stack.calls.find(({ path }) => path.endsWith('/packs/register'));
      expect(asked?.body).toEqual({
        packs: [pack],
        types: there.map(([, word]) => word),
        fail_on_failure: true,
      });
      mustBeOk(await bed.target.verify(release));
      expect(bed.stack.state.get('packs', pack)).toMatchObject({ version });
      for (const [folder, word, kind] of folders) {
        // Sensors bring trigger types of their own.
        if (word === 'trigger' && (registered?.sensors ?? 0) > 0) continue;
        expect(bed.stack.state.refs(kind, pack)).toHaveLength(Math.min(registered?.[folder] ?? 0, most));
      }
    },
  );

  it.skipIf(whyNot !== '').each(recordedPacks.filter(({ registers }) => !registers))(
    '$pack $version: is refused as it was there, in one line, and nothing of it is left',
    async (one) => {
      const { pack, error } = one;
      const file = fileIn(error ?? '').slice(pack.length + 1);
      const files = { ...packLike(one), [file]: contentFailingWith(error ?? '') };
      const { release, registered } = await begin(pack, files);
      const [first = ''] = (error ?? '').split('\n');
      const said = refusalText(registered);
      expect(said).toContain(first.replaceAll(/\s+/g, ' ').slice(0, 200));
      expect(said.length).toBeLessThan(700);
      mustBeOk(await bed.target.restore(release, undefined, bed.context));
      expect(bed.stack.state.get('packs', pack)).toBeUndefined();
      for (const [, , kind] of folders) expect(bed.stack.state.refs(kind, pack)).toEqual([]);
    },
  );
});
