/** What an action's entry point is to its runner. */
export type EntryPointKind = 'none' | 'script' | 'workflow';

/** The runners that StackStorm 3.9.0 registers. */
const runners: ReadonlyMap<string, EntryPointKind> = new Map([
  ['action-chain', 'workflow'],
  ['announcement', 'none'],
  ['http-request', 'none'],
  ['inquirer', 'none'],
  ['local-shell-cmd', 'none'],
  ['local-shell-script', 'script'],
  ['noop', 'none'],
  ['orquesta', 'workflow'],
  ['python-script', 'script'],
  ['remote-shell-cmd', 'none'],
  ['remote-shell-script', 'script'],
  ['winrm-cmd', 'none'],
  ['winrm-ps-cmd', 'none'],
  ['winrm-ps-script', 'script'],
]);

/** Runners that earlier versions had, with what took their place. */
const retired: ReadonlyMap<string, { readonly kind: EntryPointKind; readonly instead: string }> = new Map([
  ['mistral-v1', { kind: 'workflow', instead: 'orquesta' }],
  ['mistral-v2', { kind: 'workflow', instead: 'orquesta' }],
  ['cloudslang', { kind: 'workflow', instead: 'orquesta' }],
  ['windows-cmd', { kind: 'none', instead: 'winrm-cmd' }],
  ['windows-script', { kind: 'script', instead: 'winrm-ps-script' }],
  ['run-local', { kind: 'none', instead: 'local-shell-cmd' }],
  ['run-local-script', { kind: 'script', instead: 'local-shell-script' }],
  ['run-remote', { kind: 'none', instead: 'remote-shell-cmd' }],
  ['run-remote-script', { kind: 'script', instead: 'remote-shell-script' }],
  ['run-python', { kind: 'script', instead: 'python-script' }],
  ['http-runner', { kind: 'none', instead: 'http-request' }],
]);

/** What a runner makes of the entry point; `none` for a runner that is not known. */
export function entryPointKind(runner: string): EntryPointKind {
  return runners.get(runner) ?? retired.get(runner)?.kind ?? 'none';
}

/** What to say about a runner that StackStorm 3.9.0 does not bring; undefined for one that it does. */
export function runnerWarning(runner: string): string | undefined {
  if (runners.has(runner)) return undefined;
  const instead = retired.get(runner)?.instead;
  if (instead !== undefined) return `StackStorm no longer has the runner ${runner}. Use ${instead}.`;
  const known = [...runners.keys()].join(', ');
  return `StackStorm does not bring a runner ${runner}; registering fails unless it was added. It brings: ${known}.`;
}
