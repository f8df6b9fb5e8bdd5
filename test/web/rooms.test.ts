import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followRoom, type RoomUpdate } from '../../src/web/follow.js';
import { atTerminal, heard, onWeb, openStation, type Station } from '../fixtures/station.js';

describe('the rooms', () => {
  let station: Station;
  let count = 0;
  beforeAll(async () => {
    station = await openStation({ rooms: ['ops', 'general', 'quiet', 'busy', 'model'] });
  });
  afterAll(async () => station.close());

  const say = async (room: string, text: string, key = `key-${count++}`) => {
    const said = await station.rooms.say({ room, platform: 'web', author: onWeb('ann'), text, key });
    if (!said.ok) throw new Error(said.refusal.code);
    return said.value;
  };
  const post = (room: string, text: string) =>
    station.rooms.post({ room, platform: 'web', key: `post-${count++}`, text });

  it('refuses a line for a room that is not there, and names those that are', async () => {
    const line = { room: 'nowhere', platform: 'web', author: onWeb('ann'), text: 'hello', key: 'k' } as const;
    expect(await station.rooms.say(line)).toMatchObject({
      ok: false,
      refusal: { code: 'unknown-room', params: { room: 'nowhere', known: station.rooms.names() } },
    });
  });

  it('keeps one message for a line that is sent twice', async () => {
    const first = await say('quiet', 'once', 'same');
    expect(await say('quiet', 'once', 'same')).toMatchObject({ id: first.id });
    expect(await station.rooms.latest('quiet', 10)).toHaveLength(1);
  });

  it('keeps lines apart that two people send with the same key', async () => {
    const line = { room: 'quiet', platform: 'web', text: 'mine', key: 'k' } as const;
    await station.rooms.say({ ...line, author: onWeb('ann') });
    await station.rooms.say({ ...line, author: onWeb('bob') });
    await station.rooms.say({ ...line, platform: 'terminal', author: atTerminal('ann') });
    expect((await station.rooms.latest('quiet', 10)).filter(({ text }) => text === 'mine')).toHaveLength(3);
  });

  it('keeps no secret and no control character', async () => {
    station.redactor.learn('hunter2-token');
    const line = await say(
      'quiet',
      'clone https://ann:pw@git.example.com with hunter2-token\u0000\u001b[31m',
    );
    expect(line.text).toBe('clone https://•••@git.example.com with •••[31m');
  });

  it('does not count an edit that changes nothing', async () => {
    const posted = await post('quiet', 'still the same');
    const edited = await station.rooms.edit(posted.id, { text: 'still the same' });
    expect(edited).toEqual(posted);
  });

  it('lets nobody edit what a person said', async () => {
    const line = await say('quiet', 'my own words');
    expect(await station.rooms.edit(line.id, { text: 'changed' })).toBeUndefined();
  });

  it('shows what another server posts at once', async () => {
    const other = await station.another('server-2');
    const seen = follow('general', onWeb('bob'));
    await other.rooms.post({ room: 'general', platform: 'web', key: 'from-2', text: 'hello from afar' });
    await expect.poll(() => seen.texts()).toEqual(['hello from afar']);
    await seen.stop();
    await other.close();
  });

  it('whispers across servers, and keeps no whisper in the database', async () => {
    const other = await station.another('server-2');
    const [ann, bob] = [follow('general', onWeb('ann')), follow('general', onWeb('bob'))];
    const text = 'sign in at http://127.0.0.1/login?token=very-secret';
    await other.rooms.whisper({ key: 'w', room: 'general', to: onWeb('ann'), text, at: new Date() });
    await expect.poll(() => ann.texts()).toContain(text);
    expect(bob.texts()).not.toContain(text);
    const kept = await station.database.query('select text from packtrain.room_messages');
    expect(JSON.stringify(kept)).not.toContain('very-secret');
    await ann.stop();
    await bob.stop();
    await other.close();
  });

  it('goes on showing what is posted after its listening connection broke', async () => {
    const seen = follow('general', onWeb('carol'));
    await station.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`,
    );
    const other = await station.another('server-2');
    await other.rooms.post({ room: 'general', platform: 'web', key: 'after-break', text: 'still there?' });
    await expect.poll(() => seen.texts()).toContain('still there?');
    await seen.stop();
    await other.close();
  });

  it('gives two servers on one database each line once between them', async () => {
    const other = await station.another('server-2');
    const bot = heard();
    await station.adapters.web.start(bot.hear);
    await other.adapters.web.start(bot.hear);
    await Promise.all(Array.from({ length: 20 }, (_, index) => say('busy', `line ${index}`)));
    const inRoom = () => bot.lines.filter(({ origin }) => origin.channel === 'busy').map(({ id }) => id);
    await expect.poll(() => inRoom().length).toBe(20);
    expect(new Set(inRoom()).size).toBe(20);
    await station.adapters.web.stop();
    await other.adapters.web.stop();
    await other.close();
  });

  it('shows everybody every message in its last state, whenever they look and however often they reconnect', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('post' as const), which: fc.constant(0) }),
      fc.record({ kind: fc.constant('edit' as const), which: fc.nat(50) }),
      fc.record({ kind: fc.constant('reconnect' as const), which: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const model = await openModel();
        for (const { kind, which } of actions) await model[kind](which);
        const { page, truth } = await model.settled();
        expect(page).toEqual(truth);
      }),
      { numRuns: 15 },
    );
  });

  /** What was said, and what somebody made of it who watched with interruptions. */
  async function openModel() {
    const truth = new Map<number, string>();
    const page = new Map<number, string>();
    let watching = follow('model', onWeb('ann'), await station.rooms.lastSeq('model'));

    async function lookAway(): Promise<number> {
      await watching.stop();
      for (const update of watching.updates)
        if (update.kind === 'message') page.set(update.message.id, update.message.text);
      return watching.lastSeq();
    }

    return {
      async post() {
        const text = `state ${count++}`;
        truth.set((await post('model', text)).id, text);
      },
      async edit(which: number) {
        const id = [...truth.keys()][which % Math.max(1, truth.size)];
        if (id === undefined) return;
        const text = `state ${count++}`;
        await station.rooms.edit(id, { text });
        truth.set(id, text);
      },
      async reconnect() {
        watching = follow('model', onWeb('ann'), await lookAway());
      },
      async settled() {
        const end = await station.rooms.lastSeq('model');
        await expect.poll(() => watching.lastSeq()).toBe(end);
        await lookAway();
        return { page, truth };
      },
    };
  }

  /** Follows a room in the background. */
  function follow(room: string, viewer: ReturnType<typeof onWeb>, after = 0) {
    const ending = new AbortController();
    const updates: RoomUpdate[] = [];
    const running = (async () => {
      for await (const update of followRoom(station.rooms, { room, viewer, after, signal: ending.signal }))
        updates.push(update);
    })();
    const texts = () =>
      updates.flatMap((update) =>
        update.kind === 'message'
          ? [update.message.text]
          : update.kind === 'whisper'
            ? [update.whisper.text]
            : [],
      );
    const lastSeq = () =>
      updates.reduce((seq, update) => (update.kind === 'message' ? update.message.seq : seq), after);
    return {
      updates,
      texts,
      lastSeq,
      stop: async () => {
        ending.abort();
        await running;
      },
    };
  }
});
