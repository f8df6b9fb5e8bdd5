import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doNews } from '../../src/announcements/start.js';
import { createDispatcher } from '../../src/chat/dispatch.js';
import type { Actor } from '../../src/core/actor.js';
import type { DeployIntent } from '../../src/core/intent.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { openVillage, type Village } from '../fixtures/village.js';

const postgres = withPostgres();
const minute = 60_000;
const day = 24 * 60 * minute;
const channels = 'announce_channel: general\n';
const packs = ['beans', 'corn', 'dill', 'ears', 'figs', 'gourd', 'herbs', 'iris', 'jam', 'kale'];
let depot: Depot;
let village: Village;
let count = 0;

beforeAll(async () => {
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs,
    repository: channels,
    config: 'admins: [zoe]\n',
  });
});
afterAll(async () => {
  await depot.close();
});
beforeEach(async () => {
  await depot.reconfigure({ keys: channels });
  village = openVillage(['general', 'ops']);
});

const deploy = (pack: string | readonly string[], more: Partial<DeployIntent> = {}): DeployIntent => ({
  kind: 'deploy',
  repository: 'Kitchen',
  packs: { kind: 'named', packs: [pack].flat() },
  ...more,
});
const look = () => doNews({ ...depot.news, adapters: new Map([['irc', village]]), patience: new Map() });
const general = () => village.said('general');
const inVillage = (name: string): Actor => ({ platform: 'irc', userId: name, name });

/** Adds a line to a pack, and what it does. */
function alias(pack: string, line: string, description = `Does ${line}`) {
  const name = line.replace(/\W+/g, '_');
  return {
    [`packs/${pack}/aliases/${name}.yaml`]: `name: ${name}\ndescription: ${description}\naction_ref: ${pack}.cook\nformats: ["${line}"]\n`,
  };
}

/** Makes a pack live for the first time, tells of it, and forgets that. */
async function known(...names: string[]): Promise<void> {
  await depot.askAndWait(deploy(names));
  await look();
  village = openVillage(['general', 'ops']);
}

/** Pushes a new line for a pack and deploys it by hand. */
async function push(pack: string, line = `say ${pack} ${++count}`): Promise<string> {
  await depot.repository.commit(alias(pack, line));
  const requester = inVillage('ann');
  const origin = { platform: 'irc', channel: 'ops' };
  const request = {
    key: `push-${count}-${pack}`,
    intent: deploy(pack),
    requester,
    via: 'chat',
    origin,
  } as const;
  const asked = await depot.deployments.request(request);
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal));
  await depot.ended(asked.value.deployment);
  return line;
}

describe('news for the people who use a pack', () => {
  it('say that it is new and what one can do with it; then what it can do more; and nothing twice', async () => {
    await depot.askAndWait(deploy('beans'));
    await look();
    expect(general()).toEqual([
      '🎉 *beans* is new: The beans pack.\n• Say `cook beans for {{minutes}} minutes`: Cooks beans. For example `cook beans for 5 minutes`.\n• By itself from now on: Cooks at noon.',
    ]);
    await depot.repository.commit(alias('beans', 'roast {{what}}', 'Roasts anything'));
    await depot.askAndWait(deploy('beans'));
    await look();
    await look();
    await depot.askAndWait(deploy('beans'));
    await look();
    expect(general().slice(1)).toEqual([
      '✨ What is new in *beans* 1.0.0:\n• You can now say `roast {{what}}`: Roasts anything. For example `roast <what>`.',
    ]);
  });

  it('are taken from notes beside the change, at the root and in the pack, and only from those that were added', async () => {
    await depot.repository.commit({ '.changes/old.md': '---\npacks: [corn]\n---\nOld.' });
    await known('corn');
    await depot.repository.commit({
      ...alias('corn', 'pop corn'),
      '.changes/pop.md': '---\npacks: [corn, ears]\n---\n**Popcorn** is here: say `pop corn`.',
      '.changes/other.md': '---\npacks: [ears]\n---\nNot for corn.',
      'packs/corn/.changes/salt.md': '- with salt\n- with *sugar*',
    });
    await depot.askAndWait(deploy('corn'));
    await look();
    expect(general()).toEqual([
      '✨ What is new in *corn* 1.0.0:\n• *Popcorn* is here: say `pop corn`.\n• with salt\n• with _sugar_',
    ]);
  });

  it('are taken from the change log of the version, else from the content, else from the commits', async () => {
    await known('dill');
    const yaml = packFiles('dill', { root: 'packs/dill/', version: '1.1.0' })['packs/dill/pack.yaml'] ?? '';
    const log = '# Changes\n\n## [1.1.0] - 2026-03-01\n### Added\n- dill pickles\n\n## 1.0.0\n- first\n';
    await depot.repository.commit({ 'packs/dill/pack.yaml': yaml, 'packs/dill/CHANGELOG.md': log });
    await depot.askAndWait(deploy('dill'));
    await look();
    const script = { mode: '100755', content: '#!/bin/sh\necho quick\n' };
    await depot.repository.commit(
      { 'packs/dill/actions/cook.sh': script },
      { message: 'feat(dill): cook twice as fast (#7)' },
    );
    await depot.repository.commit({ 'packs/dill/README.md': 'x' }, { message: 'docs: tidy' });
    await depot.askAndWait(deploy('dill'));
    await look();
    expect(general()).toEqual([
      '✨ What is new in *dill* 1.1.0:\n• New: dill pickles',
      '✨ What is new in *dill* 1.1.0:\n• Cook twice as fast',
    ]);
  });

  it('of several packs in one push are one message, once the last of its deployments has ended', async () => {
    await known('ears', 'figs');
    await depot.repository.commit({ ...alias('ears', 'wash ears'), ...alias('figs', 'pick figs') });
    await depot.askAndWait(deploy('ears', { push: 7 }));
    const held = await depot.ask(
      { kind: 'lock', scope: { kind: 'pack', pack: 'figs' }, because: 'wasps' },
      'bob',
    );
    expect(held.ok).toBe(true);
    const waits = await depot.ask(deploy('figs', { push: 7 }));
    if (!waits.ok) throw new Error(JSON.stringify(waits.refusal));
    await look();
    expect(general()).toEqual([]);
    await depot.ask({ kind: 'unlock', scope: { kind: 'pack', pack: 'figs' } }, 'bob');
    await depot.ended(waits.value.deployment);
    await look();
    expect(general()).toEqual([
      '📣 There is news of 2 packs from *Kitchen*.\n\n✨ What is new in *ears* 1.0.0:\n• You can now say `wash ears`: Does wash ears.\n\n✨ What is new in *figs* 1.0.0:\n• You can now say `pick figs`: Does pick figs.',
    ]);
  });

  it('are none of a branch, of its return, or of a rollback; what the return brings more is told once', async () => {
    await known('gourd');
    const back = () => depot.askAndWait({ kind: 'return', pack: 'gourd' });
    await depot.repository.commit(alias('gourd', 'carve gourd'), {
      branch: 'feature/g',
      from: 'refs/heads/main',
    });
    await depot.askAndWait(deploy('gourd', { ref: 'feature/g' }));
    await look();
    await back();
    await look();
    expect(general()).toEqual([]);
    await depot.askAndWait(deploy('gourd', { ref: 'feature/g' }));
    await depot.repository.commit(alias('gourd', 'boil gourd'));
    await back();
    await look();
    expect(general()).toEqual([
      '✨ What is new in *gourd* 1.0.0:\n• You can now say `boil gourd`: Does boil gourd.',
    ]);
    await depot.askAndWait({ kind: 'rollback', pack: 'gourd' });
    await look();
    await depot.askAndWait(deploy('gourd'));
    await look();
    expect(general()).toHaveLength(1);
  });

  it('go nowhere without a channel, and are not made up for later', async () => {
    await depot.reconfigure({ keys: 'prune: false' });
    await depot.askAndWait(deploy('herbs'));
    await look();
    await depot.reconfigure({ keys: channels });
    await look();
    const line = await push('herbs');
    await look();
    expect(general()).toEqual([
      `✨ What is new in *herbs* 1.0.0:\n• You can now say \`${line}\`: Does ${line}.`,
    ]);
  });
});

describe('news that are gathered', () => {
  it('go out in one message when the time since the last one is over', async () => {
    await known('iris');
    await depot.reconfigure({ keys: `${channels}announce_every: 1d\n` });
    depot.passTime(day);
    const lines = [await push('iris')];
    await look();
    expect(general()).toHaveLength(1);
    lines.push(await push('iris'));
    await look();
    lines.push(await push('iris'));
    await look();
    depot.passTime(day - minute);
    await look();
    expect(general()).toHaveLength(1);
    depot.passTime(2 * minute);
    await look();
    const told = lines.map(
      (line) => `✨ What is new in *iris* 1.0.0:\n• You can now say \`${line}\`: Does ${line}.`,
    );
    expect(general()).toEqual([told[0], `📣 *Kitchen* has news of 2 changes.\n\n${told[1]}\n\n${told[2]}`]);
  });
});

describe('a draft', () => {
  const drafts = `${channels}announce_after: 10m\n`;

  it('is shown where it was asked for, goes out later, and says so', async () => {
    await known('jam');
    await depot.reconfigure({ keys: drafts });
    const line = await push('jam');
    await look();
    expect(general()).toEqual([]);
    expect(village.newest('ops').text).toMatch(
      /^📝 This goes out to #general at \d\d:\d\d(?: tomorrow)?:\n\n✨ What is new in \*jam\* 1\.0\.0:\n.*\n\nReply in its thread .* `!pack announce reword jam: …`; `!pack announce skip jam` leaves jam out\.$/su,
    );
    depot.passTime(10 * minute);
    await look();
    expect(general()).toEqual([
      `✨ What is new in *jam* 1.0.0:\n• You can now say \`${line}\`: Does ${line}.`,
    ]);
    expect(village.newest('ops').text).toMatch(/^📣 This went out to #general:/u);
    expect(village.said('ops')).toHaveLength(1);
  });

  it('is reworded by its author in its thread, and by nobody else', async () => {
    await known('kale');
    await depot.reconfigure({
      keys: drafts,
      more: 'admins: [zoe]\npeople: { ann: { irc: ann }, bob: { irc: bob }, zoe: { irc: zoe } }\n',
    });
    await push('kale');
    await look();
    const { deployments } = depot;
    const { id: thread } = village.newest('ops');
    const adapters = new Map([['irc', village]]);
    const url = (id: number) => `http://bot/${id}`;
    const createLoginLink = async () => '';
    const { handle } = createDispatcher({ ...depot.news, deployments, adapters, url, createLoginLink });
    await village.start(handle);
    await village.write(inVillage('bob'), { channel: 'ops', text: 'Kale is for cows', thread });
    expect(village.newest('ops').text).toMatch(/^You may not: only admins may reword by force/u);
    await village.write(inVillage('bob'), { channel: 'ops', text: 'I like kale' });
    expect(village.said('ops')).toHaveLength(2);
    await depot.ask({ kind: 'reword', pack: 'kale', words: 'Kale for all!' }, 'ann');
    await look();
    expect(village.messages.find((one) => one.id === thread)?.text).toContain(
      '(reworded by *ann*):\n\n✨ What is new in *kale* 1.0.0:\n• Kale for all!',
    );
    const own = 'Kale for all!\nAlso for `cows`.';
    await village.write(inVillage('ann'), { channel: 'ops', text: own, thread });
    expect(village.newest('ops').text).toMatch(
      /^📝 This is what goes out at \d\d:\d\d(?: tomorrow)?:\n\nKale for all!/u,
    );
    await village.write(inVillage('ann'), { channel: 'ops', text: '!pack anounce skip kale', thread });
    depot.passTime(10 * minute);
    await look();
    expect(general()).toEqual([own]);
    expect(await depot.ask({ kind: 'reword', pack: 'kale', words: 'Too late' }, 'ann')).toMatchObject({
      ok: false,
      refusal: { code: 'no-draft' },
    });
  });
});
