import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLine } from '../../src/chat/parse/parse.js';
import { type FakeServer, startFakeServer } from './fake-server.js';
import { openShell, type Shell } from './fixture.js';

let shell: Shell;
let server: FakeServer;

beforeEach(async () => {
  shell = await openShell();
  server = await startFakeServer(shell.data);
});

afterEach(async () => {
  await server.stop();
  await shell.leave();
});

const chat = { prefix: '!', web: { channels: ['ops'] }, formats: new Map() };

/** What chat makes of the line that a command sent. */
function understood(): unknown {
  const { line } = (server.got[0]?.body ?? { line: '' }) as { line: string };
  const parsed = parseLine(line, { chat }, { addressed: true, isShared: false });
  return parsed.kind === 'command' ? [parsed.command.name, parsed.values] : line;
}

describe('what is borrowed, locked and called', () => {
  it.each<[string, unknown]>([
    ['return beans --no-wait', ['return', { pack: 'beans' }]],
    ['return beans now --no-wait', ['return', { pack: 'beans', now: 'now' }]],
    ['return beans now --target on --no-wait', ['return', { pack: 'beans', target: 'on', now: 'now' }]],
    ['extend beans 30m', ['extend', { pack: 'beans', by: '30m' }]],
    ['extend beans overnight', ['extend', { pack: 'beans', by: 'overnight' }]],
    ['give beans @bob', ['give', { pack: 'beans', person: '@bob' }]],
    ['give beans to bob', ['give', { pack: 'beans', person: 'bob' }]],
    ['steal beans', ['steal', { pack: 'beans' }]],
    ['lock beans because we clean', ['lock', { scope: 'beans', because: 'we clean' }]],
    ['lock * for 2h because we clean', ['lock', { scope: '*', for: '2h', because: 'we clean' }]],
    ['lock repository r because x', ['lock', { kind: 'repository', scope: 'r', because: 'x' }]],
    ['unlock everything', ['unlock', { scope: 'everything' }]],
    ['unlock pack beans', ['unlock', { kind: 'pack', scope: 'beans' }]],
    ['confirm', ['confirm', {}]],
    ['confirm 42', ['confirm', { id: '42' }]],
    ['defer #42', ['defer', { id: '#42' }]],
    ['why beans', ['why', { pack: 'beans' }]],
    ['link', ['link', {}]],
    ['link K7QWM-4XHRT', ['link', { code: 'K7QWM-4XHRT' }]],
    ['unlink', ['unlink', {}]],
    ['unlink slack:U1', ['unlink', { account: 'slack:U1' }]],
    ['whoami', ['whoami', {}]],
    ['who', ['who', {}]],
    ['who beans', ['who', { pack: 'beans' }]],
  ])('packtrain %s asks as chat does', async (words, expected) => {
    server.onCommand = () => ({ text: '*done*' });

    expect(await shell.run(...words.split(' '))).toBe(0);

    expect(understood()).toEqual(expected);
    expect(shell.out()).toBe('done\n');
  });

  it('needs its words', async () => {
    for (const command of ['return', 'extend', 'give', 'steal', 'lock', 'unlock', 'why'])
      expect(await shell.run(command), command).toBe(2);
    expect(server.got).toEqual([]);
  });

  it('is told while ann watches: whose turn it is, and how to say yes', async () => {
    server.onCommand = () => {
      server.happen(42, { kind: 'requested' });
      setImmediate(() => {
        server.happen(42, { kind: 'queued', ahead: [41] });
        server.happen(42, { kind: 'called', phrase: 'alas! ear wax!', until: '2026-03-14T12:15:00Z' });
        server.happen(42, { kind: 'missed' });
        server.happen(42, { kind: 'deferred' });
        server.happen(42, { kind: 'called', phrase: 'behold! a teapot!', until: '2026-03-14T12:30:00Z' });
        server.happen(42, { kind: 'confirmed' });
        server.happen(42, { kind: 'ended', status: 'succeeded' });
      });
      return { text: 'Waiting…', deployment: 42 };
    };

    expect(await shell.run('deploy', 'house-packs', 'beans')).toBe(0);

    expect(shell.out()).toContain(
      'its turn has come: say "alas! ear wax!" where you asked, or `packtrain confirm`, by 2026-03-14T12:15:00Z',
    );
    expect(shell.out()).toContain('its turn passed without a word; it waits at the tail');
    expect(shell.out()).toContain('lets the next one go first');
    expect(shell.out()).toMatch(/confirmed\n.*succeeded/);
  });
});
