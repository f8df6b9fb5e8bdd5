import { direct } from '../../src/drivers/targets/directory/disk.js';
import { type Files, filesOn } from '../../src/drivers/targets/directory/files.js';

/** Thrown in the place of an effect that never happened, as the process had been killed. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}

/** A real file system on which something goes wrong at one effect. */
export interface FailingFiles {
  readonly files: Files;
  /** Whether that effect was reached. */
  reached(): boolean;
}

/** The world ends before the nth effect (from 0): it and all that come after it never happen. */
export function killedAt(nth: number): FailingFiles {
  return failing((count) => (count >= nth ? new KilledError() : undefined), nth);
}

/** The nth effect that writes (from 0) finds the disk full, the others don't. */
export function fullAt(nth: number): FailingFiles {
  return failing((count) => (count === nth ? diskFull() : undefined), nth, writing);
}

const writing = new Set([
  'makeFolder',
  'symlink',
  'rename',
  'writeText',
  'writeDurably',
  'syncFile',
  'syncFolder',
  'settle',
]);

function diskFull(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}

function failing(
  failure: (count: number) => Error | undefined,
  nth: number,
  counted?: ReadonlySet<string>,
): FailingFiles {
  let count = 0;
  const wrapped = Object.entries(filesOn(direct)).map(
    ([name, effect]: [string, (...args: never[]) => unknown]) => [
      name,
      async (...args: never[]) => {
        const error = counted === undefined || counted.has(name) ? failure(count++) : undefined;
        if (error !== undefined) throw error;
        return effect(...args);
      },
    ],
  );
  return { files: Object.fromEntries(wrapped) as Files, reached: () => count > nth };
}
