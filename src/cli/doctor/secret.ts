import type { SecretSource } from '../../core/repository.js';
import { describeSource, type LookUp, readSecret } from '../../secrets/read.js';
import { bad, type Finding, well } from './finding.js';

/** Looks whether a secret is where the config says. */
export async function checkSecret(name: string, source: SecretSource, lookUp: LookUp): Promise<Finding> {
  const where = describeSource(source);
  const secret = await readSecret(source, lookUp);
  return secret === undefined
    ? bad(name, `There is nothing in ${where}.`, 'Put the secret there, for the server too.')
    : well(name, `in ${where}`);
}
