import { execa } from 'execa';
import { type SpareShell, shellMark } from './spare-shell.js';

/** One git process to run to its end. */
export interface GitCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which it is ended. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Told the process's id, which is also its process group's. */
  readonly started?: (pid: number) => void;
  /** A shell that stands ready to become this process. */
  readonly spare?: SpareShell | undefined;
}

/** How a git process ended. `missing`: there is no git. */
export interface GitEnd {
  readonly how: 'exit' | 'timeout' | 'aborted' | 'missing';
  /** 0 is success; -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** Milliseconds between asking a process group to end and ending it. */
const grace = 2000;

/** Runs git once. Never throws for what git does; its helpers (ssh, remote-https) end with it. */
export async function runGit(call: GitCall): Promise<GitEnd> {
  const early = call.spare?.become(call);
  if (early === undefined) return await follow(startGit(call), call);
  const end = await follow(early, call);
  const isOurs = end.stdout.startsWith(shellMark);
  // A shell that was gone, or did not find git: started by ourselves, git tells what is the matter.
  if (end.how === 'exit' && (!isOurs || end.code === 126 || end.code === 127))
    return await follow(startGit(call), call);
  return isOurs ? { ...end, stdout: end.stdout.slice(shellMark.length) } : end;
}

function startGit({ args, cwd, env }: GitCall) {
  return execa('git', args, {
    cwd,
    env,
    extendEnv: false,
    // A process group of its own, so that ending it ends its helpers too; and no terminal to prompt on.
    detached: true,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
  });
}

/** Sees a process to its end, or ends it when its time is over. */
async function follow(
  child: ReturnType<typeof startGit> | NonNullable<ReturnType<SpareShell['become']>>,
  call: GitCall,
): Promise<GitEnd> {
  const begun = performance.now();
  let how: GitEnd['how'] = 'exit';
  const end = (reason: 'timeout' | 'aborted'): void => {
    how = reason;
    if (child.pid !== undefined) endGroup(child.pid);
  };
  const abort = (): void => end('aborted');
  const timer = setTimeout(() => end('timeout'), call.timeoutMs);
  call.signal.addEventListener('abort', abort);
  if (call.signal.aborted) abort();
  if (child.pid !== undefined) call.started?.(child.pid);
  try {
    const result = await child;
    if (result.code === 'ENOENT') how = 'missing';
    const ms = performance.now() - begun;
    return { how, code: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr, ms };
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', abort);
  }
}

/** Asks a process group to end, and makes it end when it has not after a moment. */
export function endGroup(group: number): void {
  signalGroup(group, 'SIGTERM');
  setTimeout(() => signalGroup(group, 'SIGKILL'), grace).unref();
}

/** Signals every process of a group; nothing happens when it is gone. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended already.
  }
}
