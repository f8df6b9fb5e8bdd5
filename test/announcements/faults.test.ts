import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doNews } from '../../src/announcements/start.js';
import { startNotices } from '../../src/chat/notices.js';
import { startReplies } from '../../src/chat/replies.js';
import type { Origin } from '../../src/core/actor.js';
import type { ChatAdapter, OutgoingMessage } from '../../src/core/chat.js';
import { chatInTime } from '../../src/core/chat-in-time.js';
import type { DeployIntent } from '../../src/core/intent.js';
import type { Notice } from '../../src/core/notice.js';
import type { DeploymentView } from '../../src/deployments/service.js';
import { announce } from '../../src/store/events.js';
import { queueNotice } from '../../src/store/notices.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { withPostgres } from '../fixtures/postgres.js';
import { openVillage, type Village } from '../fixtures/village.js';

const postgres = withPostgres();
const minute = 60_000;
const channels = 'announce_channel: general\n';
const packs = ['beans', 'corn', 'dill', 'ears'];
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
  await depot.askAndWait(deploy(packs));
  village = openVillage(['general']);
  await look();
});
afterAll(async () => {
  await depot.close();
});
beforeEach(async () => {
  await depot.reconfigure({ keys: channels });
  village = openVillage(['general']);
});

function deploy(named: readonly string[], more: Partial<DeployIntent> = {}): DeployIntent {
  return { kind: 'deploy', repository: 'Kitchen', packs: { kind: 'named', packs: named }, ...more };
}

async function look({ postWithinMs = 30_000 } = {}): Promise<void> {
  const adapters = new Map([['irc', chatInTime(village, postWithinMs)]]);
  await doNews({ ...depot.news, adapters, patience: new Map() });
}

/** Adds a line to a pack. */
async function commit(pack: string, branch = 'main'): Promise<string> {
  count += 1;
  const line = `say ${pack} ${count}`;
  const file = `name: n${count}\ndescription: Does it\naction_ref: ${pack}.cook\nformats: ["${line}"]\n`;
  const from = branch === 'main' ? {} : { from: 'refs/heads/main' };
  await depot.repository.commit({ [`packs/${pack}/aliases/n${count}.yaml`]: file }, { branch, ...from });
  return line;
}

async function push(pack: string): Promise<string> {
  const line = await commit(pack);
  await depot.askAndWait(deploy([pack]));
  return line;
}

describe('an announcement', () => {
  it('is posted once and as it was, also when the server dies between posting and noting it', async () => {
    const line = await push('beans');
    village.afterPost = () => {
      throw new Error('killed');
    };
    await look();
    expect(village.said('general')).toHaveLength(1);
    const other = await push('beans');
    village.afterPost = () => undefined;
    await look();
    await look();
    expect(village.messages.map((one) => one.text.includes(line))).toEqual([true, false]);
    expect(village.messages.map((one) => one.text.includes(other))).toEqual([false, true]);
  });

  it('waits for its channel, and holds up no other', async () => {
    await depot.reconfigure({ keys: 'announce_channel: nowhere\n' });
    await push('beans');
    await look();
    await depot.reconfigure({ keys: channels });
    const line = await push('corn');
    await look();
    expect(village.said('general')).toEqual([expect.stringContaining(line)]);
    await depot.news.db
      .updateTable('announcements')
      .set({ channel: 'general' })
      .where('state', '=', 'due')
      .execute();
    await look();
    expect(village.said('general')).toHaveLength(2);
  });

  it('is given a moment by a chat that hangs, holds up no other, and comes once', async () => {
    village = openVillage(['general', 'market']);
    const stuck = await push('beans');
    village.afterPost = ({ text }) => (text.includes(stuck) ? new Promise(() => undefined) : undefined);
    await look({ postWithinMs: 50 });
    await depot.reconfigure({ keys: 'announce_channel: market\n' });
    const line = await push('corn');
    await look({ postWithinMs: 50 });
    expect(village.said('market')).toEqual([expect.stringContaining(line)]);
    village.afterPost = () => undefined;
    await look();
    expect(village.said('general')).toEqual([expect.stringContaining(stuck)]);
    expect(
      await depot.news.db.selectFrom('announcements').select('id').where('state', '=', 'due').execute(),
    ).toEqual([]);
  });

  it('is made by one of several servers that look at once', async () => {
    await push('beans');
    await Promise.all([look(), look(), look()]);
    await look();
    expect(village.messages).toHaveLength(1);
  });

  it('says nothing of what was rolled back before it went out, and says it when that comes again', async () => {
    await depot.reconfigure({ keys: `${channels}announce_after: 10m\n` });
    const line = await push('dill');
    await look();
    await depot.askAndWait({ kind: 'rollback', pack: 'dill' });
    depot.passTime(11 * minute);
    await look();
    expect(village.said('general')).toEqual([]);
    await depot.askAndWait(deploy(['dill']));
    await look();
    depot.passTime(11 * minute);
    await look();
    expect(village.said('general')).toEqual([expect.stringContaining(line)]);
  });

  it('is shown before it goes out: what waits, what would come, and what a branch would bring', async () => {
    const preview = async (ref?: string) => {
      const view = await depot.deployments.news({ pack: 'ears', ...(ref === undefined ? {} : { ref }) });
      return view.ok ? view.value : view.refusal;
    };
    expect(await preview()).toMatchObject({ text: '', packs: ['ears'] });
    const line = await commit('ears');
    expect(await preview()).toMatchObject({ text: expect.stringContaining(line), channel: 'general' });
    await depot.reconfigure({ keys: `${channels}announce_after: 10m\n` });
    await depot.askAndWait(deploy(['ears']));
    await look();
    expect(await preview()).toMatchObject({
      text: expect.stringContaining(line),
      goesOutAt: expect.any(Date),
    });
    const branch = await commit('ears', 'feature/ears');
    expect(await preview('feature/ears')).toMatchObject({ text: expect.stringContaining(branch) });
    expect(await preview('feature/nose')).toMatchObject({ code: 'unknown-ref' });
  });

  it('leaves out what is skipped, by those who may', async () => {
    const skip = (as: string) => depot.ask({ kind: 'skip', pack: 'EARS' }, as);
    expect(await skip('bob')).toMatchObject({ ok: false, refusal: { code: 'access-denied' } });
    expect(await skip('zoe')).toMatchObject({ ok: true, value: { announcement: { text: '' } } });
    expect(await skip('ann')).toMatchObject({ ok: false, refusal: { code: 'no-draft' } });
    depot.passTime(11 * minute);
    await look();
    expect(village.messages).toEqual([]);
  });
});

describe('a chat that hangs', () => {
  it('gets each reply and each notice once, when it is well again; others do not wait for it', async () => {
    const chat = openVillage(['ops', 'market'], 'web');
    const ops: Origin = { platform: 'web', channel: 'ops' };
    const notices = [ops, ops, { platform: 'web', channel: 'market' }];
    let isWell = false;
    chat.afterPost = ({ text }) => (isWell || text === 'market' ? undefined : new Promise(() => undefined));
    const { news, deployments } = depot;
    const adapters = new Map([['web', chatInTime(chat, 50)]]);
    const parts = depot.tell((told) => ({ ...told, ...news, deployments, adapters }));
    const render = ({ deployment: { status } }: DeploymentView) => ({
      text: status,
      isFinal: status === 'succeeded',
    });
    const words = (notice: Notice) => (notice.kind === 'missed' ? notice.packs.join() : '');
    const runners = [startReplies({ ...parts, render }), startNotices({ ...parts, words })];

    for (const [i, origin] of notices.entries()) {
      const to = { platform: 'web', userId: 'ann', name: 'ann' };
      const notice: Notice = { kind: 'missed', to, deployment: i, packs: [origin.channel], isExpired: false };
      await queueNotice(news.db, { key: `hangs ${i}`, origin, notice, at: depot.now() });
    }
    const asked = await depot.askInChat(deploy(['corn']), 'ann');
    if (!asked.ok) throw new Error(asked.refusal.code);
    await depot.ended(asked.value.deployment);
    await expect.poll(() => chat.said('market')).toEqual(['market']);
    isWell = true;
    const tryAgain = async () => {
      await announce(news.db, [0, asked.value.deployment]);
      const open = await news.db.selectFrom('notices').select('id').where('posted_at', 'is', null).execute();
      return [...chat.said('ops').toSorted(), open.length];
    };
    await expect.poll(tryAgain, { timeout: 30_000 }).toEqual(['ops', 'ops', 'succeeded', 0]);
    for (const runner of runners) await runner.stop();
  });
});

describe('a reply', () => {
  it('is unfinished and has its buttons until it is final, so that a chat without edits can say its end', async () => {
    const said: OutgoingMessage[] = [];
    const chat: ChatAdapter = {
      ...openVillage(['ops'], 'web'),
      capabilities: { edit: true, maxLength: 4_000, buttons: true },
      async post(to, message) {
        said.push(message);
        return { platform: 'web', channel: to.channel, messageId: '1' };
      },
      edit: async (_posted, message) => void said.push(message),
    };
    const { news, deployments } = depot;
    const button = { label: 'Cancel', value: 'cancel 1' };
    const render = ({ deployment: { status } }: DeploymentView) => ({
      text: status,
      isFinal: status === 'succeeded',
      ...(status === 'succeeded' ? {} : { buttons: [button] }),
    });
    const parts = depot.tell((told) => ({
      ...told,
      ...news,
      deployments,
      adapters: new Map([['web', chat]]),
    }));
    const replies = startReplies({ ...parts, render });
    const asked = await depot.askInChat(deploy(['corn']), 'ann');
    if (!asked.ok) throw new Error(asked.refusal.code);
    await depot.ended(asked.value.deployment);
    const own = () => said.filter(({ key }) => key === `deployment:${asked.value.deployment}`);
    await expect.poll(() => own().at(-1)?.text).toBe('succeeded');
    for (const message of own()) {
      const isOver = message.text === 'succeeded';
      expect([message.isUnfinished, message.buttons]).toEqual(
        isOver ? [undefined, undefined] : [true, [button]],
      );
    }
    await replies.stop();
  });
});

describe('whatever people do', () => {
  const branches: string[] = [];
  const acts = {
    push: () => push('corn'),
    again: () => depot.askAndWait(deploy(['corn'])),
    async branch() {
      branches.push(await commit('corn', 'feature/corn'));
      await depot.askAndWait(deploy(['corn'], { ref: 'feature/corn' }));
    },
    return: () => depot.ask({ kind: 'return', pack: 'corn' }).then(waitFor),
    rollback: () => depot.ask({ kind: 'rollback', pack: 'corn' }).then(waitFor),
    wait: async () => depot.passTime(6 * minute),
    tell: () => Promise.all([look(), look()]),
  };
  type Act = keyof typeof acts;
  const act = fc.oneof(
    { arbitrary: fc.constant<Act>('push'), weight: 3 },
    fc.constantFrom<Act>('again', 'branch', 'return', 'rollback', 'tell', 'wait'),
  );

  it('no revision of a pack is told of twice, and none of a branch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 10 }), async (chosen) => {
        village = openVillage(['general']);
        await depot.reconfigure({ keys: `${channels}announce_every: 5m\nannounce_after: 1m\n` });
        for (const one of [...chosen, 'tell', 'wait', 'tell', 'wait', 'tell', 'return'] as const)
          await acts[one]();
        const told = village.messages.flatMap(({ text }) => [...text.matchAll(/now say `(say corn \d+)`/gu)]);
        const lines = told.map(([, line = '']) => line);
        expect(lines).toEqual([...new Set(lines)]);
        expect(lines.filter((line) => branches.includes(line))).toEqual([]);
      }),
      { numRuns: 3, seed: 4, endOnFailure: true },
    );
  });

  async function waitFor(asked: Awaited<ReturnType<Depot['ask']>>): Promise<void> {
    if (asked.ok && asked.value.deployment > 0) await depot.ended(asked.value.deployment);
  }
});
