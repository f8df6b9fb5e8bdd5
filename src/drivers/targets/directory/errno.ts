/** What the operating system said: the code (`ENOSPC`) and the path that it was about, if it named one. */
export interface SystemFailure {
  readonly code: string;
  readonly path: string | undefined;
}

/** The codes that say that nothing is at a path. */
export const gone = ['ENOENT', 'ENOTDIR'];
/** The codes that say that no link is there. */
export const noLink = [...gone, 'EINVAL'];

const deepestCause = 5;

/** The operating system's failure behind an error, looked for through its causes. */
export function systemFailure(error: unknown): SystemFailure | undefined {
  let cause = error;
  for (let depth = 0; depth < deepestCause && cause instanceof Error; depth++) {
    const { code, path } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code))
      return { code, path: typeof path === 'string' ? path : undefined };
    cause = cause.cause;
  }
  return undefined;
}

/** Whether an error is one of the given codes of the operating system. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  const failure = systemFailure(error);
  return failure !== undefined && codes.includes(failure.code);
}

/** The value, or the fallback when the operating system answered with one of the codes. */
export async function unless<T, F>(codes: readonly string[], fallback: F, value: Promise<T>): Promise<T | F> {
  try {
    return await value;
  } catch (error) {
    if (isErrno(error, ...codes)) return fallback;
    throw error;
  }
}
