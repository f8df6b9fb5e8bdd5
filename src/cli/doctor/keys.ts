import type { ApiKeyConfig } from '../../config/config.js';
import type { LookUp } from '../../secrets/read.js';
import type { Finding } from './finding.js';
import { checkSecret } from './secret.js';

/** Looks whether each key of the HTTP API is where the config says. */
export async function checkKeys(keys: readonly ApiKeyConfig[], lookUp: LookUp): Promise<readonly Finding[]> {
  return await Promise.all(keys.map(({ name, key }) => checkSecret(`API key ${name}`, key, lookUp)));
}
