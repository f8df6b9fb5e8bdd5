import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverFilePath, writeServerFile } from '../../src/cli/server-file.js';
import { refuse } from '../../src/core/reason.js';
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

const ann = { platform: 'cli', userId: 'ann', name: 'ann' };

/** Everything from the request to a pack that is live. */
function deployBeans(id: number): void {
  server.happen(id, { kind: 'requested' });
  server.happen(id, { kind: 'planned' });
  server.happen(id, { kind: 'queued', ahead: [] });
  server.happen(id, { kind: 'granted' });
  for (const step of ['stage', 'activate', 'register', 'verify'] as const) {
    server.happen(id, { kind: 'step', step, pack: 'beans', state: 'started' });
    server.happen(id, { kind: 'step', step, pack: 'beans', state: 'done' });
  }
  server.happen(id, { kind: 'pack', pack: 'beans', status: 'live' });
}

/** The server takes every request as deployment 42 and carries it out. */
function acceptAs42(carryOut: () => void): void {
  server.onCommand = () => {
    server.happen(42, { kind: 'requested' });
    setImmediate(carryOut);
    return { text: 'Deploying *beans*…', deployment: 42 };
  };
}

describe('ann deploys beans', () => {
  it('and watches until they are live', async () => {
    acceptAs42(() => {
      deployBeans(42);
      server.happen(42, { kind: 'ended', status: 'succeeded' });
    });

    const code = await shell.run('deploy', 'house-packs', 'beans', 'feature/decaf');

    expect(code).toBe(0);
    expect(server.got[0]?.body).toEqual({
      line: 'pack deploy house-packs packs beans branch feature/decaf',
      as: 'ann',
      key: 'key-1',
      platform: 'cli',
    });
    const lines = shell.out().trimEnd().split('\n');
    expect(lines[0]).toBe('Deploying beans…');
    expect(lines).toContain('#42   0.6s  beans: stage done');
    expect(lines).toContain('#42   1.3s  ✓ beans is live');
    expect(lines.slice(-2)).toEqual(['#42   1.4s  succeeded', 'beans: succeeded.']);
  });

  it('in the name of somebody else', async () => {
    await shell.run('deploy', 'house-packs', '--no-wait', '--as', 'bob');

    expect(server.got[0]?.body).toMatchObject({ as: 'bob' });
  });

  it('and gets one JSON object a line when she asks for JSON', async () => {
    acceptAs42(() => {
      deployBeans(42);
      server.happen(42, { kind: 'ended', status: 'succeeded' });
    });

    await shell.run('deploy', '--json', 'house-packs', 'beans');

    const objects = shell.objects();
    expect(objects[0]).toEqual({ text: 'Deploying *beans*…', deployment: 42 });
    expect(objects[1]).toMatchObject({ deployment: 42, event: { kind: 'requested' } });
    expect(objects.at(-1)).toEqual({ deployment: 42, status: 'succeeded', exitCode: 0 });
  });

  it('and gets what the plan has to do with other packs with the last of them', async () => {
    acceptAs42(() => {
      deployBeans(42);
      server.happen(42, { kind: 'ended', status: 'succeeded' });
    });
    const warnings = [{ kind: 'circle', packs: ['beans', 'ears'] }];
    server.plan = { packs: [], warnings };

    await shell.run('deploy', '--json', 'house-packs', 'beans');

    expect(shell.objects().at(-1)).toEqual({ deployment: 42, status: 'succeeded', exitCode: 0, warnings });
  });

  it('and does not wait when she says so', async () => {
    server.onCommand = () => ({ text: '#42 is queued.', deployment: 42 });

    expect(await shell.run('deploy', 'house-packs', '--no-wait')).toBe(0);

    expect(shell.out()).toBe('#42 is queued.\n');
    expect(server.got).toHaveLength(1);
  });

  it('at a terminal, where one line is drawn anew and the result stays', async () => {
    shell.atTerminal();
    acceptAs42(() => {
      deployBeans(42);
      server.happen(42, { kind: 'ended', status: 'succeeded' });
    });

    expect(await shell.run('deploy', 'house-packs', 'beans')).toBe(0);

    const shown = shell.out();
    expect(shown).toContain('\r\u001b[2K');
    expect(shown).toContain('████░░░░░░░░░░░░ 1/4');
    const lasting = shown.split('\n').map((line) => line.split('\u001b[2K').at(-1) ?? '');
    expect(lasting.at(-4)).toContain('✓');
    expect(lasting.at(-3)).toMatch(/#42 .*succeeded.*in 1\.4s/);
    expect(lasting.at(-2)).toContain('beans');
    expect(lasting.at(-1)).toBe('');
  });

  it.each([
    [['beans'], 'pack deploy beans'],
    [['house-packs', '--all'], 'pack deploy house-packs packs *'],
    [
      ['house-packs', 'beans', 'a=b', '--adopt'],
      'pack deploy house-packs packs beans branch "a=b" adopt=true',
    ],
  ])('as she would in chat: %j', async (argv, line) => {
    await shell.run('deploy', ...argv, '--no-wait');

    expect(server.got[0]?.body).toMatchObject({ line });
  });

  it('and is told why it is refused, with the exit code of the reason', async () => {
    const refusal = { code: 'access-denied', what: 'You may not.', next: 'bob can.', exitCode: 4 };
    server.onCommand = () => ({ text: 'You may not. bob can.', refusal });

    expect(await shell.run('deploy', 'house-packs')).toBe(4);

    expect(shell.err()).toBe('packtrain: You may not.\nbob can.\n');
    expect(shell.out()).toBe('');
  });
});

describe('the exit code of a deployment that did not succeed', () => {
  it.each([
    ['failed', 5],
    ['errored', 7],
    ['canceled', 6],
    ['expired', 6],
    ['superseded', 6],
  ] as const)('is, for %s alone, %i', async (status, code) => {
    acceptAs42(() => server.happen(42, { kind: 'ended', status }));

    expect(await shell.run('deploy', 'house-packs')).toBe(code);
  });

  it('is that of its own reason', async () => {
    const refusal = refuse('unknown-ref', { repository: 'house-packs', ref: 'mian', near: ['main'] });
    acceptAs42(() => server.happen(42, { kind: 'ended', status: 'failed', refusal }));

    expect(await shell.run('deploy', 'house-packs')).toBe(3);
    expect(shell.out()).toContain('house-packs has no branch, tag or commit mian. Did you mean main?');
  });

  it('is that of its worst pack when the deployment gives no reason', async () => {
    const full = refuse('disk-full', { repository: 'house-packs' });
    acceptAs42(() => {
      server.happen(42, { kind: 'pack', pack: 'beans', status: 'live' });
      server.happen(42, { kind: 'pack', pack: 'ears', status: 'restored', refusal: full });
      server.happen(42, { kind: 'ended', status: 'errored' });
    });

    expect(await shell.run('deploy', 'house-packs')).toBe(7);
    expect(shell.out()).toContain('↩ ears failed; the release before is live again: There is no space left');
  });
});

describe('while ann watches', () => {
  it('Ctrl-C leaves the deployment running and says how to see it again', async () => {
    acceptAs42(() => server.happen(42, { kind: 'queued', ahead: [40, 41] }));
    const code = shell.run('deploy', 'house-packs');
    await shell.shows('queued behind #40, #41');

    shell.interrupt();

    expect(await code).toBe(130);
    expect(shell.err()).toContain('#42 goes on without you. `packtrain logs -f 42` shows it again');
    expect(server.got.some(({ body }) => JSON.stringify(body).includes('cancel'))).toBe(false);
  });

  it('the server is killed and started anew, and she misses nothing and sees nothing twice', async () => {
    acceptAs42(() => server.happen(42, { kind: 'queued', ahead: [] }));
    const code = shell.run('deploy', 'house-packs');
    await shell.shows('queued');

    await server.stop();
    deployBeans(42);
    await server.listen(shell.data);
    server.happen(42, { kind: 'ended', status: 'succeeded' });

    expect(await code).toBe(0);
    const events = shell
      .out()
      .split('\n')
      .filter((line) => line.startsWith('#42'));
    expect(new Set(events).size).toBe(events.length);
    expect(events.at(-1)).toContain('succeeded');
    const followed = server.got.filter(({ path }) => path.endsWith('/events'));
    expect(followed.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '2']);
  });

  it('a newer server tells of something that she does not know, and she goes on', async () => {
    acceptAs42(() => {
      server.happen(42, { kind: 'sung' } as never);
      server.happen(42, {
        kind: 'ended',
        status: 'failed',
        refusal: { code: 'out-of-tune', params: {} } as never,
      });
    });

    expect(await shell.run('deploy', 'house-packs')).toBe(5);
    expect(shell.out()).toContain('failed: out-of-tune');
  });
});

describe('when no server runs', () => {
  it('it is said, with how to start one', async () => {
    await server.stop();
    const other = await openShell();

    expect(await other.run('status')).toBe(7);

    expect(other.err()).toContain(`Packtrain is not running on ${other.data}.`);
    expect(other.err()).toContain('packtrain serve');
    await other.leave();
  });

  it('but was killed, it is said that its process is gone', async () => {
    // The largest process id that Linux gives is below this one.
    await writeServerFile(shell.data, { url: server.url, key: 'k', pid: 4_194_305 });

    expect(await shell.run('status')).toBe(7);
    expect(shell.err()).toContain('process 4194305, which served it, is gone');
    expect(server.got).toHaveLength(0);
  });

  it('but its process hangs, it is said that it does not answer', async () => {
    await server.stop();

    expect(await shell.run('status')).toBe(7);
    expect(shell.err()).toMatch(/does not answer at http:\S+: connect ECONNREFUSED/);
  });

  it('of this data directory, but another Packtrain has its port, the key is not taken', async () => {
    await writeServerFile(shell.data, { url: server.url, key: 'old', pid: process.pid });

    expect(await shell.run('status')).toBe(4);
    expect(shell.err()).toContain('does not take the key');
    expect(shell.err()).not.toContain('old');
  });

  it('and the file that should tell of it is broken, that is said', async () => {
    await writeFile(serverFilePath(shell.data), '{"url":');

    expect(await shell.run('status')).toBe(5);
    expect(shell.err()).toContain('is not what packtrain serve writes');
  });
});

describe('the other commands', () => {
  it.each([
    [['status'], 'pack status'],
    [['status', 'beans'], 'pack status beans'],
    [['list', 'house-packs'], 'pack list house-packs'],
    [['history', 'beans'], 'pack history beans'],
    [['queue'], 'pack queue'],
    [['diff', 'house-packs'], 'pack diff house-packs'],
    [['diff', 'house-packs', 'beans,', 'ears', 'main'], 'pack diff house-packs packs beans,ears branch main'],
    [['diff', 'house-packs', 'branch', 'packs'], 'pack diff house-packs branch "packs"'],
    [['diff', 'house-packs', '*'], 'pack diff house-packs packs *'],
    [['status', 'odd "name"'], 'pack status "odd \\"name\\""'],
  ])('ask as chat does: %j', async (argv, line) => {
    server.onCommand = () => ({ text: '*beans* is live at `main@1a2b3c4`.' });

    expect(await shell.run(...argv)).toBe(0);

    expect(server.got[0]?.body).toMatchObject({ line, as: 'ann', platform: 'cli' });
    expect(shell.out()).toBe('beans is live at main@1a2b3c4.\n');
  });

  it('give the whole answer as JSON', async () => {
    server.onCommand = () => ({ text: '*beans*', data: { packs: [{ pack: 'beans' }] } });

    await shell.run('status', '--json');

    expect(shell.objects()).toEqual([{ text: '*beans*', data: { packs: [{ pack: 'beans' }] } }]);
  });

  it('roll a pack back and watch that', async () => {
    acceptAs42(() => server.happen(42, { kind: 'ended', status: 'succeeded' }));

    expect(await shell.run('rollback', 'beans', 'to', '1a2b3c4')).toBe(0);

    expect(server.got[0]?.body).toMatchObject({ intent: { kind: 'rollback', pack: 'beans', to: '1a2b3c4' } });
  });

  it('cancel a deployment', async () => {
    expect(await shell.run('cancel', '#42')).toBe(0);

    expect(server.got[0]?.body).toMatchObject({ intent: { kind: 'cancel', deployment: 42 } });
  });

  it('print a link that signs in', async () => {
    expect(await shell.run('login')).toBe(0);

    expect(shell.out()).toBe(`${server.url}/login?token=ann-once\n`);
  });
});

describe('logs', () => {
  it('show the newest deployment so far and end, though it goes on', async () => {
    server.happen(41, { kind: 'ended', status: 'succeeded' });
    server.happen(42, { kind: 'requested' });
    server.happen(42, { kind: 'log', line: 'Cloning…', pack: 'beans' });

    expect(await shell.run('logs')).toBe(0);

    expect(shell.out().trimEnd().split('\n')).toEqual([
      '#42   0.0s  asked for',
      '#42   0.1s  beans: Cloning…',
    ]);
  });

  it('follow one until it has ended, and end with its exit code', async () => {
    server.happen(42, { kind: 'requested' });
    const code = shell.run('logs', '-f', '42');
    await shell.shows('asked for');

    server.happen(42, { kind: 'cancel-requested', by: ann });
    server.happen(42, { kind: 'ended', status: 'canceled' });

    expect(await code).toBe(6);
    expect(shell.out()).toContain('ann asked to cancel it');
  });

  it('say that there is nothing yet, or no such deployment', async () => {
    expect(await shell.run('logs')).toBe(3);
    expect(shell.err()).toContain('Nothing was deployed yet.');
    expect(await shell.run('logs', '7')).toBe(3);
    expect(shell.err()).toContain('There is no deployment #7.');
    expect(await shell.run('logs', 'beans')).toBe(2);
  });
});
