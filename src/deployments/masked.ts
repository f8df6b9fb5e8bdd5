import type { Redactor } from '../core/redact.js';
import { RefusalError } from '../core/result.js';
import { isLostOwnership } from './lost-ownership.js';

/**
 * Does some work so that neither its result nor what it throws holds a secret: the engine keeps both for good. An error
 * of the engine's own stays as it is, since the engine knows it by its class.
 */
export async function masked<T>(redactor: Redactor, work: () => Promise<T>): Promise<T> {
  try {
    return redactor.json(await work());
  } catch (error) {
    throw isLostOwnership(error) ? error : maskedError(redactor, error);
  }
}

function maskedError(redactor: Redactor, error: unknown): Error {
  if (error instanceof RefusalError)
    return new RefusalError(redactor.json(error.refusal), redactor.text(error.message));
  if (!(error instanceof Error)) return new Error(redactor.text(String(error)));
  // Another error, for what libraries hang on theirs (queries, parameters, causes) may hold anything.
  const clean = new Error(redactor.text(error.message));
  clean.name = error.name;
  clean.stack = redactor.text(error.stack ?? '');
  return clean;
}
