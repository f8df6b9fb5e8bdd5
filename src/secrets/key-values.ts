import { readFileSync } from 'node:fs';
import type { SecretSource } from '../core/repository.js';
import { describeSource, type LookUp } from './read.js';

/** Fewer characters can be found out by trying. */
export const shortestKey = 16;

/** Something wrong with the value of a key, in words. */
export interface KeyProblem {
  /** The key's name. */
  readonly name: string;
  readonly text: string;
}

/**
 * What is wrong with the values of keys that are there: too short, or the same twice. One that is not there is left to
 * the doctor, for the environment may be another one's.
 */
export function keyProblems(keys: ReadonlyMap<string, SecretSource>, lookUp: LookUp): readonly KeyProblem[] {
  const owners = new Map<string, string>();
  return [...keys].flatMap(([name, source]) => {
    const value = secretIn(source, lookUp);
    if (value === undefined) return [];
    const owner = owners.get(value);
    owners.set(value, owner ?? name);
    if (owner !== undefined)
      return [{ name, text: `key: ${owner} has the same one; each key needs its own.` }];
    return value.length < shortestKey ? [{ name, text: tooShort(source) }] : [];
  });
}

function tooShort(source: SecretSource): string {
  return `key: What is in ${describeSource(source)} has fewer than ${shortestKey} characters; \`openssl rand -hex 32\` makes a good one.`;
}

// Without waiting, since a config is looked at in one go.
function secretIn(source: SecretSource, lookUp: LookUp): string | undefined {
  try {
    const text = 'env' in source ? lookUp(source.env) : readFileSync(source.file, 'utf8');
    return text?.trim() || undefined;
  } catch {
    return undefined;
  }
}
