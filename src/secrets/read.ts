import { readFile } from 'node:fs/promises';
import type { SecretSource } from '../core/repository.js';

/** Looks up an environment variable. */
export type LookUp = (name: string) => string | undefined;

/** A secret's value, read now so that a rotated one needs no restart; undefined when it is not there or empty. */
export async function readSecret(source: SecretSource, lookUp: LookUp): Promise<string | undefined> {
  const text =
    'env' in source ? lookUp(source.env) : await readFile(source.file, 'utf8').catch(() => undefined);
  const secret = text?.trim();
  return secret === '' ? undefined : secret;
}

/** Where a secret's value is looked for, in words. */
export function describeSource(source: SecretSource): string {
  return 'env' in source ? `the environment variable ${source.env}` : `the file ${source.file}`;
}
