import { readFile } from 'node:fs/promises';
import type { Redactor } from '../core/redact.js';
import type { Credentials, SecretSource } from '../core/repository.js';
import { type LookUp, readSecret } from './read.js';

/** Everything of a config that names secrets. */
export interface NamesSecrets {
  readonly repositories: ReadonlyMap<string, { readonly credentials?: Credentials }>;
  readonly hosts: ReadonlyMap<
    string,
    { readonly webhookSecret?: SecretSource; readonly token?: SecretSource }
  >;
  readonly targets: ReadonlyMap<string, { readonly name: string; readonly key?: SecretSource }>;
  readonly api: { readonly keys: ReadonlyMap<string, { readonly key: SecretSource }> };
  /** Settings in which sources of secrets may stand anywhere. */
  readonly chats: ReadonlyMap<string, object>;
}

/**
 * Lets the redactor learn every secret that a config names, also those that nothing has used yet: somebody may paste
 * one into a chat before. One that can't be read is left to whoever needs it.
 */
export async function learnSecrets(config: NamesSecrets, lookUp: LookUp, redactor: Redactor): Promise<void> {
  const credentials = [...config.repositories.values()].map((repository) => repository.credentials);
  const hosts = [...config.hosts.values()];
  const sources = [
    ...credentials.map((one) => one?.token),
    ...hosts.flatMap((host) => [host.webhookSecret, host.token]),
    ...[...config.targets.values()].map((target) => target.key),
    ...[...config.api.keys.values()].map(({ key }) => key),
    ...sourcesIn([...config.chats.values()]),
  ];
  for (const source of sources) {
    const secret = source && (await readSecret(source, lookUp));
    if (secret !== undefined) redactor.learn(secret);
  }
  for (const one of credentials) {
    if (one?.sshKeyFile !== undefined) await learnKey(one.sshKeyFile, redactor);
  }
}

/** Every source of a secret that stands somewhere in a plain value. */
function sourcesIn(value: unknown): readonly SecretSource[] {
  if (typeof value !== 'object' || value === null) return [];
  return isSource(value) ? [value] : Object.values(value).flatMap(sourcesIn);
}

function isSource(value: object): value is SecretSource {
  const [[key, text] = [], ...rest] = Object.entries(value);
  return rest.length === 0 && (key === 'env' || key === 'file') && typeof text === 'string';
}

/** A key is learnt line by line, since that is how pieces of files are quoted; its frame is no secret. */
async function learnKey(file: string, redactor: Redactor): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  for (const line of lines) if (!/^-----|^$/.test(line)) redactor.learn(line);
}
