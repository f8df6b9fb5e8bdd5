import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createWeb } from '../../src/web/app.js';
import { startServer, type WebServer } from '../../src/web/server.js';
import { openStream } from '../fixtures/event-stream.js';
import { ago, fillPacks, liveOf } from '../fixtures/pack-scene.js';
import { atTerminal, onWeb, openStation, type Station } from '../fixtures/station.js';

describe('the streams of a real server', () => {
  let station: Station;
  let server: WebServer;
  let cookie: string;
  let count = 0;
  beforeAll(async () => {
    station = await openStation();
    server = await station.listen();
    cookie = await station.signIn('ann');
  });
  afterAll(async () => station.close());

  const bearer = () => ({ authorization: `Bearer ${station.key}` });
  const post = (text: string, more = {}) =>
    station.rooms.post({ room: 'ops', platform: 'web', key: `s-${count++}`, text, ...more });
  const roomStream = (after: number, headers: Record<string, string> = {}) =>
    openStream(`${server.url}/chat/ops/stream?after=${after}`, { cookie, ...headers });
  /** What a terminal hears after it was told that it has joined. */
  const terminalStream = async (as: string, headers: Record<string, string> = {}) => {
    const url = `${server.url}/api/v1/rooms/ops/stream?as=${as}`;
    const stream = await openStream(url, { ...bearer(), ...headers });
    await expect.poll(() => stream.events[0]?.event).toBe('joined');
    return {
      get events() {
        return stream.events.slice(1);
      },
      hangUp: stream.hangUp,
    };
  };

  it('brings a browser each message and each edit as HTML', async () => {
    const stream = await roomStream(await station.rooms.lastSeq('ops'));
    const posted = await post('queued');
    await station.rooms.edit(posted.id, { text: '*beans* is live' });
    await expect.poll(() => stream.events.at(-1)?.data).toContain('<strong>beans</strong> is live');
    expect(stream.events.every(({ data }) => data.includes(`id="m${posted.id}"`))).toBe(true);
    stream.hangUp();
  });

  it('resumes where the browser was, and shows nothing twice', async () => {
    const first = await roomStream(await station.rooms.lastSeq('ops'));
    await post('before the break');
    await expect.poll(() => first.events.length).toBe(1);
    first.hangUp();
    await post('during the break');
    const second = await roomStream(0, { 'last-event-id': first.events[0]?.id ?? '' });
    await post('after the break');
    await expect.poll(() => second.events.length).toBe(2);
    expect(second.events[0]?.data).toContain('during the break');
    expect(second.events[1]?.data).toContain('after the break');
    second.hangUp();
  });

  it('tells a terminal what is new, what was edited, what it answers and whether it ended', async () => {
    const stream = await terminalStream('bob');
    const author = atTerminal('bob');
    const said = await station.rooms.say({
      room: 'ops',
      platform: 'terminal',
      author,
      text: '!go',
      key: 'go',
    });
    if (!said.ok) throw new Error(said.refusal.code);
    const since = new Date();
    const answer = { deployment: 4, replyTo: said.value.id };
    const posted = await post('running', { ...answer, progress: { done: 0, total: 2, since } });
    await expect.poll(() => stream.events.length).toBe(2);
    await station.rooms.edit(posted.id, {
      text: 'done',
      deployment: 4,
      progress: { done: 2, total: 2, since, until: new Date() },
    });
    await expect.poll(() => stream.events.length).toBe(3);
    const [line, running, done] = stream.events.map(({ event, data }) => ({ event, ...JSON.parse(data) }));
    expect(line).toMatchObject({
      event: 'message',
      author: 'bob',
      fromBot: false,
      text: '!go',
      handled: false,
    });
    expect(running).toMatchObject({
      event: 'message',
      fromBot: true,
      deployment: 4,
      replyTo: line.id,
      ended: false,
    });
    expect(done).toMatchObject({ event: 'edit', id: running.id, text: 'done', ended: true });
    expect(done.seq).toBeGreaterThan(running.seq);
    stream.hangUp();
  });

  it('shows a terminal what a browser says, and the other way round', async () => {
    const terminal = await terminalStream('bob');
    const browser = await roomStream(await station.rooms.lastSeq('ops'));
    await station.rooms.say({
      room: 'ops',
      platform: 'web',
      author: onWeb('ann'),
      text: 'hello bob',
      key: 'h1',
    });
    await station.rooms.say({
      room: 'ops',
      platform: 'terminal',
      author: atTerminal('bob'),
      text: 'hello ann',
      key: 'h2',
    });
    await expect.poll(() => terminal.events.length).toBe(2);
    await expect.poll(() => browser.events.length).toBe(2);
    expect(terminal.events.map(({ data }) => JSON.parse(data).text)).toEqual(['hello bob', 'hello ann']);
    expect(browser.events[1]?.data).toContain('hello ann');
    terminal.hangUp();
    browser.hangUp();
  });

  it('brings a whisper to its listener, also to one who joins a moment later', async () => {
    const [ann, bob] = [await terminalStream('ann'), await terminalStream('bob')];
    const at = { platform: 'terminal', channel: 'ops' };
    const asked = { ...at, messageId: '7' };
    await station.adapters.terminal.whisper(atTerminal('ann'), asked, { key: 'w1', text: 'your link' });
    await expect.poll(() => ann.events.length).toBe(1);
    const late = await terminalStream('ann');
    await expect.poll(() => late.events.length).toBe(1);
    expect(JSON.parse(late.events[0]?.data ?? '{}')).toMatchObject({
      whisper: true,
      replyTo: '7',
      text: 'your link',
      ended: true,
    });
    expect(bob.events).toEqual([]);
    for (const stream of [ann, bob, late]) stream.hangUp();
  });

  it('tells a deployment event by event, and ends after its end', async () => {
    const intent = { kind: 'deploy', repository: 'groceries', packs: { kind: 'all' } } as const;
    const id = station.deployments.add(intent, onWeb('ann'));
    const url = `${server.url}/api/v1/deployments/${id}/events`;
    const stream = await openStream(url, bearer());
    station.deployments.happen(id, { kind: 'granted' }, { status: 'running' });
    station.deployments.happen(id, { kind: 'ended', status: 'succeeded' }, { status: 'succeeded' });
    await stream.ended;
    const kinds = stream.events.map(({ data }) => JSON.parse(data).event.kind);
    expect(kinds).toEqual(['requested', 'granted', 'ended']);
    const rest = await openStream(url, { ...bearer(), 'last-event-id': stream.events[0]?.id ?? '' });
    await rest.ended;
    expect(rest.events.map(({ id: event }) => event)).toEqual(
      stream.events.slice(1).map(({ id: event }) => event),
    );
  });

  it('keeps the page of a deployment up to date until it has ended', async () => {
    const intent = { kind: 'deploy', repository: 'groceries', packs: { kind: 'all' } } as const;
    const id = station.deployments.add(intent, onWeb('ann'));
    const stream = await openStream(`${server.url}/deployments/${id}/stream`, { cookie });
    station.deployments.happen(
      id,
      { kind: 'ended', status: 'failed' },
      { status: 'failed', endedAt: new Date() },
    );
    await stream.ended;
    expect(stream.events.at(-1)?.event).toBe('ended');
    expect(stream.events.at(-2)?.data).toContain('class="badge failed"');
  });

  it('keeps the board and a pack’s page up to date, and is silent when nothing looks different', async () => {
    const { deployments } = station;
    fillPacks(deployments);
    const board = await openStream(`${server.url}/board/stream`, { cookie });
    const pack = await openStream(`${server.url}/packs/flour/stream`, { cookie });
    await expect.poll(() => [board.events.length, pack.events.length]).toEqual([1, 1]);
    deployments.setPack({ target: 'default', pack: 'oats', live: liveOf('oats'), locks: [] });
    await expect.poll(() => board.events.at(-1)?.data).toContain('oats');
    const lock = { id: 9, scope: { kind: 'everything' }, by: onWeb('bob'), since: ago(1) } as const;
    const locks = [{ ...lock, because: 'mice' }];
    deployments.setPack({ target: 'default', pack: 'flour', live: liveOf('flour'), locks });
    await expect.poll(() => pack.events.at(-1)?.data).toContain('because mice');
    await expect.poll(() => board.events.at(-1)?.data).toContain('because mice');
    expect([board.events.length, pack.events.length]).toEqual([3, 2]);
    board.hangUp();
    pack.hangUp();
  });

  it('looks once at a change for all open pages', async () => {
    const { deployments } = station;
    fillPacks(deployments);
    const paths = ['board', 'board', 'board', 'packs/flour', 'packs/flour', 'packs/flour'];
    const streams = await Promise.all(
      paths.map((path) => openStream(`${server.url}/${path}/stream`, { cookie })),
    );
    await expect.poll(() => streams.map((stream) => stream.events.length)).toEqual(paths.map(() => 1));
    const { packs } = deployments;
    let looks = 0;
    deployments.packs = (pack) => {
      looks += 1;
      return packs(pack);
    };
    const lock = { id: 11, scope: { kind: 'everything' }, by: onWeb('bob'), since: ago(1) } as const;
    const locks = [{ ...lock, because: 'rats' }];
    deployments.setPack({ target: 'default', pack: 'flour', live: liveOf('flour'), locks });
    for (const stream of streams) await expect.poll(() => stream.events.at(-1)?.data).toContain('rats');
    deployments.packs = packs;
    // One for the board, one for the page of flour.
    expect(looks).toBe(2);
    for (const stream of streams) stream.hangUp();
  });

  it('lets go of a client that hung up', async () => {
    const listening: Array<() => void> = [];
    const rooms = {
      ...station.deps.rooms,
      listen: (...args: Parameters<typeof station.rooms.listen>) => {
        const stop = station.rooms.listen(...args);
        listening.push(stop);
        return () => {
          listening.splice(listening.indexOf(stop), 1);
          stop();
        };
      },
    };
    const other = await startServer({ ...createWeb({ ...station.deps, rooms }), host: '127.0.0.1', port: 0 });
    if (!other.ok) throw new Error(other.refusal.code);
    const stream = await openStream(`${other.value.url}/api/v1/rooms/ops/stream?as=ann`, bearer());
    await expect.poll(() => listening.length).toBe(1);
    stream.hangUp();
    await expect.poll(() => listening.length).toBe(0);
    await other.value.close();
  });

  it('produces nothing for a client that does not read', async () => {
    let reads = 0;
    const rooms = {
      ...station.deps.rooms,
      since: (room: string, seq: number, limit: number) => {
        reads += 1;
        return station.rooms.since(room, seq, limit);
      },
    };
    const other = await startServer({ ...createWeb({ ...station.deps, rooms }), host: '127.0.0.1', port: 0 });
    if (!other.ok) throw new Error(other.refusal.code);
    const from = await station.rooms.lastSeq('general');
    const text = 'wide '.repeat(3_000);
    await station.rooms.post({ room: 'general', platform: 'web', key: 'wide-0', text });
    // The others by one statement: 1,000 posts would take longer than all the rest.
    await station.database.query(`insert into packtrain.room_messages (room, key, platform, author_platform, author_id,
        author_name, from_bot, text, seq, first_seq, posted_at, handled_at)
      select room, 'wide-' || n, platform, author_platform, author_id, author_name, from_bot, text, seq + n, seq + n,
        posted_at, handled_at
      from packtrain.room_messages, generate_series(1, 999) n where key = 'wide-0'`);
    await station.database.query(`update packtrain.rooms set seq = seq + 999 where name = 'general'`);
    const socket = connect(other.value.port, '127.0.0.1');
    socket.pause();
    socket.write(
      `GET /api/v1/rooms/general/stream?as=ann HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${station.key}\r\nlast-event-id: ${from}\r\n\r\n`,
    );
    await expect.poll(() => reads).toBeGreaterThan(0);
    // It settles at what the sockets' buffers hold, far from the 15 MB that there are.
    let before = -1;
    await expect
      .poll(
        () => {
          const same = reads === before;
          before = reads;
          return same;
        },
        { interval: 300 },
      )
      .toBe(true);
    expect(reads).toBeLessThan(10);
    socket.destroy();
    await other.value.close();
  });

  it('ends its streams when the server closes, and closes soon', async () => {
    const other = await startServer({ ...createWeb(station.deps), host: '127.0.0.1', port: 0 });
    if (!other.ok) throw new Error(other.refusal.code);
    const streams = await Promise.all(
      ['ann', 'bob'].map((as) => openStream(`${other.value.url}/api/v1/rooms/ops/stream?as=${as}`, bearer())),
    );
    const began = performance.now();
    await other.value.close();
    await Promise.all(streams.map(({ ended }) => ended));
    expect(performance.now() - began).toBeLessThan(4_500);
    await other.value.close();
  });

  it('has no patience, when it closes, with a connection on which nothing was asked', async () => {
    const other = await startServer({ ...createWeb(station.deps), host: '127.0.0.1', port: 0 });
    if (!other.ok) throw new Error(other.refusal.code);
    const silent = connect(other.value.port, '127.0.0.1').resume();
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    // The time for which it lets open requests finish never ends.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      await other.value.close();
    } finally {
      vi.useRealTimers();
    }
    await closed;
  });
});

describe('a server that cannot listen', () => {
  let station: Station;
  beforeAll(async () => {
    station = await openStation();
  });
  afterAll(async () => station.close());

  it('says that a Packtrain has the port', async () => {
    const server = await station.listen();
    const second = await startServer({ ...station.web, host: '127.0.0.1', port: server.port });
    expect(second).toMatchObject({
      ok: false,
      refusal: { code: 'port-in-use', params: { isPacktrain: true } },
    });
  });

  it('says that another program has the port', async () => {
    const { createServer } = await import('node:http');
    const other = createServer((_request, response) => response.end('I am a teapot'));
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const second = await startServer({ ...station.web, host: '127.0.0.1', port });
    expect(second).toMatchObject({
      ok: false,
      refusal: { code: 'port-in-use', params: { isPacktrain: false } },
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('says that the address is not this machine’s', async () => {
    const started = await startServer({ ...station.web, host: '203.0.113.7', port: 0 });
    expect(started).toMatchObject({ ok: false, refusal: { code: 'host-unknown' } });
  });
});
