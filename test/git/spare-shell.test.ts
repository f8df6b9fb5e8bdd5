import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type GitCall, type GitEnd, runGit } from '../../src/git/run.js';
import { createSpareShell, type SpareShell } from '../../src/git/spare-shell.js';

const shells: SpareShell[] = [];
afterEach(async () => {
  await Promise.all(shells.splice(0).map((shell) => shell.close()));
});

/** A keeper that has been used: soon a shell stands ready. */
async function readyShell(): Promise<SpareShell> {
  const spare = createSpareShell();
  shells.push(spare);
  // The first is only started once git was needed at all.
  await runGit(call(spare, ['version']));
  return spare;
}

/** Runs git until a shell stood ready for it. */
async function viaShell(
  spare: SpareShell,
  wanted: GitCall,
): Promise<{ readonly end: GitEnd; readonly pid: number }> {
  const taken: number[] = [];
  const watched: SpareShell = {
    ...spare,
    become(command) {
      const shell = spare.become(command);
      if (shell?.pid !== undefined) taken.push(shell.pid);
      return shell;
    },
  };
  for (;;) {
    const end = await runGit({ ...wanted, spare: watched });
    const [pid] = taken;
    if (pid !== undefined) return { end, pid };
    await sleep(120);
  }
}

function waitingShells(): number[] {
  const textOf = (path: string) => readFileSync(path, 'latin1');
  const isOurs = (pid: string) => {
    try {
      const parent = textOf(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[1];
      return parent === String(process.pid) && textOf(`/proc/${pid}/cmdline`) === 'sh\0';
    } catch {
      return false;
    }
  };
  return readdirSync('/proc').filter(isOurs).map(Number);
}

function call(spare: SpareShell, args: readonly string[], env: Record<string, string> = {}): GitCall {
  const { PATH = '', HOME = '/' } = process.env;
  const signal = new AbortController().signal;
  return { args, cwd: '/tmp', env: { PATH, HOME, ...env }, timeoutMs: 10_000, signal, spare };
}

describe('git from a shell that stands ready', () => {
  it('gets its arguments and variables as they are', async () => {
    const spare = await readyShell();
    const value = 'it\'s $HOME `id` \\ "quoted"\nand ;\tmore';
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: "odd.it's.key", GIT_CONFIG_VALUE_0: value };
    const { end } = await viaShell(spare, call(spare, ['config', '--null', '--get', "odd.it's.key"], env));
    expect(end).toMatchObject({ how: 'exit', code: 0, stdout: `${value}\0`, stderr: '' });
  });

  it('is the process whose group is ended, and gives its own exit code and output', async () => {
    const spare = await readyShell();
    let started = 0;
    const wanted = call(spare, ['rev-parse', '--git-dir'], { GIT_CEILING_DIRECTORIES: '/tmp' });
    const { end, pid } = await viaShell(spare, { ...wanted, started: (id) => (started = id) });
    expect(end.code).toBe(128);
    expect(end.stderr).toContain('not a git repository');
    expect(started).toBe(pid);
  });

  it('ends when its time is over', async () => {
    const spare = await readyShell();
    const slow = ['-c', 'alias.slow=!sleep 30', 'slow'];
    const { end } = await viaShell(spare, { ...call(spare, slow), timeoutMs: 300 });
    expect(end.how).toBe('timeout');
  });

  it('has its variables from a pipe, not from its arguments', async () => {
    const spare = await readyShell();
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'planted-token' };
    let said = 'unread';
    const started = (pid: number) => {
      if (existsSync('/proc/self/cmdline')) said = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    };
    const { end } = await viaShell(spare, { ...call(spare, ['config', 'a.b'], env), started });
    expect(end.stdout).toBe('planted-token\n');
    expect(said).not.toContain('planted-token');
  });

  it.skipIf(!existsSync('/proc/self/stat'))(
    'runs without the shell when that was killed (skipped without /proc)',
    async () => {
      const spare = await readyShell();
      await vi.waitUntil(() => waitingShells().length > 0);
      // At once, before this process can notice.
      for (const pid of waitingShells()) process.kill(pid, 'SIGKILL');
      const end = await runGit(call(spare, ['version']));
      expect(end).toMatchObject({ how: 'exit', code: 0 });
      expect(end.stdout).toMatch(/^git version/);
    },
  );

  it('is missing when there is no git', async () => {
    const spare = await readyShell();
    const { end } = await viaShell(spare, { ...call(spare, ['version']), env: { PATH: '/nowhere' } });
    expect(end.how).toBe('missing');
  });
});

describe('a program that ends', () => {
  // Plain Node, since only a process of its own can come to the end of its work.
  const program = `
    import { spawn } from 'node:child_process';
    import { readFileSync } from 'node:fs';
    import { createSpareShell } from '${new URL('../../dist/git/spare-shell.js', import.meta.url).href}';
    const spare = createSpareShell();
    spare.become({ args: ['version'], cwd: '/', env: {} });
    let shell = '';
    while (shell === '') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      shell = readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim();
    }
    // The machine is busy: the shell takes its time to end.
    process.kill(Number(shell), 'SIGSTOP');
    const wakeUp = 'sleep 0.3; kill -CONT ' + shell;
    spawn('sh', ['-c', wakeUp], { detached: true, stdio: 'ignore' }).unref();
    await spare.close();
    process.stdout.write('closed');
  `;

  it('waits for the shell that stood ready, and for nothing else', async () => {
    const end = await execa(process.execPath, ['--input-type=module', '-e', program], { reject: false });
    expect(end).toMatchObject({ exitCode: 0, stdout: 'closed' });
  });
});
