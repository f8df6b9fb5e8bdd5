import type { HostConfig } from '../../config/config.js';
import type { SecretSource } from '../../core/repository.js';
import type { LookUp } from '../../secrets/read.js';
import { type Finding, odd } from './finding.js';
import { checkSecret } from './secret.js';

/** Looks whether each host's secrets are where the config says. */
export async function checkHosts(hosts: readonly HostConfig[], lookUp: LookUp): Promise<readonly Finding[]> {
  return (await Promise.all(hosts.map((host) => checkHost(host, lookUp)))).flat();
}

async function checkHost(host: HostConfig, lookUp: LookUp): Promise<readonly Finding[]> {
  const { name, webhookSecret, token } = host;
  const hook = await checkWebhook(name, webhookSecret, lookUp);
  if (token === undefined) return [hook];
  return [hook, await checkSecret(`token of ${name}`, token, lookUp)];
}

async function checkWebhook(
  host: string,
  source: SecretSource | undefined,
  lookUp: LookUp,
): Promise<Finding> {
  const name = `webhooks of ${host}`;
  if (source !== undefined) return await checkSecret(name, source, lookUp);
  const next = `Name one with hosts.${host}.webhook_secret, or leave it to polling.`;
  return odd(name, 'Without a webhook_secret, deliveries are refused.', next);
}
