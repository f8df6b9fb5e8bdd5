import { Socket } from 'node:net';
import { execa } from 'execa';

/** What is run: a program in a folder, with exactly these variables. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Keeps shells that were started before they are needed. */
export interface SpareShell {
  /** Lets a shell become git; undefined when none stands ready. Others are started once it is quiet again. */
  become(command: Command): Shell | undefined;
  close(): Promise<void>;
}

type Shell = ReturnType<typeof startShell>;

/** What a shell writes before it becomes git: one that was killed while it waited does not. */
export const shellMark = 'git\n';

/** Milliseconds after the last use, its begin and its end, until shells are started: not while many come in a row. */
const quietMs = 40;
/** How many stand ready: others are often wanted before it is quiet. */
const most = 3;

/**
 * Makes a keeper of spare shells. To start a process, the server is forked, which holds up its one thread for longer
 * than many a deployment can spare; a shell that waits costs a small process, and becomes git in a moment. What it is to
 * become it reads from a pipe, tokens too: its arguments tell nothing. When the server dies, it ends, with nothing done.
 */
export function createSpareShell(): SpareShell {
  let spares: Shell[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function startOthers(): void {
    timer = undefined;
    if (isClosed) return;
    spares = spares.filter((spare) => !hasEnded(spare));
    if (spares.length < most) spares.push(startShell());
    // One at a time: each holds the thread up.
    if (spares.length < most) scheduleOthers();
  }

  function scheduleOthers(): void {
    if (isClosed) return;
    if (timer === undefined) timer = setTimeout(startOthers, quietMs).unref();
    else timer.refresh();
  }

  return {
    become(command) {
      scheduleOthers();
      const shell = canSay(command) ? spares.find((spare) => !hasEnded(spare)) : undefined;
      if (shell === undefined) return undefined;
      spares = spares.filter((spare) => spare !== shell);
      setHeld(shell, true);
      shell.stdin.end(scriptOf(command));
      // What git brought is worked on next.
      void shell.finally(scheduleOthers);
      return shell;
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const shells = spares;
      spares = [];
      await Promise.all(shells.map(endShell));
    },
  };
}

async function endShell(shell: Shell): Promise<void> {
  // Else a process with nothing more to do would end before the shell has.
  setHeld(shell, true);
  shell.stdin.end();
  await shell;
}

function startShell() {
  const shell = execa('sh', [], {
    cwd: '/',
    env: {},
    extendEnv: false,
    // A process group of its own, so that ending it ends what git starts; and no terminal to prompt on.
    detached: true,
    stdin: 'pipe',
    reject: false,
    stripFinalNewline: false,
  });
  // One that died is noticed by its end.
  shell.stdin.on('error', () => undefined);
  setHeld(shell, false);
  return shell;
}

/** Whether this process waits for the shell before it ends by itself. */
function setHeld(shell: Shell, isHeld: boolean): void {
  const handles = [shell, shell.stdin, shell.stdout, shell.stderr];
  for (const handle of handles)
    if (handle === shell || handle instanceof Socket) isHeld ? handle.ref() : handle.unref();
}

function hasEnded(shell: Shell): boolean {
  return shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined;
}

function canSay({ args, cwd, env }: Command): boolean {
  const words = [...args, cwd, ...Object.values(env)];
  return Object.keys(env).every((name) => /^\w+$/.test(name)) && !words.some((word) => word.includes('\0'));
}

function scriptOf({ args, cwd, env }: Command): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  const git = `exec git ${args.map(quoted).join(' ')} </dev/null`;
  return `cd ${quoted(cwd)} && export ${variables.join(' ')} && echo git && ${git}\n`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
