import { createContext, Script } from 'node:vm';

const script = new Script('task()');

/** One for all calls: making one takes longer than most of the work that it is for. */
const context = createContext();

/**
 * Does a piece of pure, synchronous work, and gives up after `limitMs` milliseconds with undefined. This is the only
 * way to stop a regular expression that tries too many ways: nothing else runs until it has ended.
 */
export function within<T>(limitMs: number, task: () => T): T | undefined {
  const outcome: { value?: T } = {};
  context.task = () => {
    outcome.value = task();
  };
  try {
    script.runInContext(context, { timeout: limitMs });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return undefined;
  }
  return outcome.value;
}

function isTimeout(error: unknown): boolean {
  // Not by instanceof: it may be an error of the other context.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
