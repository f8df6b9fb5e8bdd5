import { createHash, timingSafeEqual } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { ApiKeyConfig } from './config/config.js';
import type { ConfigSource } from './config/source.js';
import type { ApiKey, ApiKeys } from './core/api-key.js';
import type { Log } from './core/log.js';
import type { Redactor } from './core/redact.js';
import { shortestKey } from './secrets/key-values.js';
import { describeSource, type LookUp, readSecret } from './secrets/read.js';

/** What the keys of the HTTP API are read from. */
export interface ApiKeysOptions {
  readonly config: ConfigSource;
  readonly env: LookUp;
  readonly redactor: Redactor;
  readonly log: Log;
}

/** The keys, until they are closed. */
export interface OpenApiKeys extends ApiKeys {
  close(): void;
}

/** A key with what it is known by. */
interface Held {
  readonly key: ApiKey;
  readonly digest: Buffer;
  /** What it was made of: another text is another key. */
  readonly text: string;
  readonly end: AbortController;
}

/** How often the files of keys are looked at while nobody asks, in milliseconds. */
const lookMs = 2_000;

/** Makes what knows the keys. Their values are read anew for each question, so that one taken away opens nothing more. */
export function openApiKeys(options: ApiKeysOptions): OpenApiKeys {
  const { config, env, redactor, log } = options;
  let held: ReadonlyMap<string, Held> = new Map();
  let complaints: ReadonlySet<string> = new Set();
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  /** Reads all keys; whoever asks while it is being read gets what is read after that. */
  function refresh(): Promise<void> {
    next ??= running.then(() => {
      running = next ?? running;
      next = undefined;
      return readAll();
    });
    return next;
  }

  async function readAll(): Promise<void> {
    const settings = [...config.current().api.keys.values()];
    const secrets = await Promise.all(settings.map(({ key }) => readSecret(key, env)));
    const now = new Map(settings.flatMap((one, i) => take(one, secrets[i])));
    const before = held;
    held = now;
    for (const one of before.values()) if (now.get(one.key.name) !== one) one.end.abort();
    complain(settings.filter(({ name }) => !now.has(name)));
  }

  function take(settings: ApiKeyConfig, secret: string | undefined): [string, Held][] {
    if (secret === undefined || secret.length < shortestKey) return [];
    redactor.learn(secret);
    const digest = digestOf(secret);
    const text = JSON.stringify([settings, digest.toString('hex')]);
    const known = held.get(settings.name);
    return [[settings.name, known?.text === text ? known : hold(settings, digest, text)]];
  }

  function complain(missing: readonly ApiKeyConfig[]): void {
    const found = missing.map(({ name, key }) => `${name}, from ${describeSource(key)}`);
    for (const key of found)
      if (!complaints.has(key))
        log.warn(
          { key },
          `a key of the API opens nothing: it is not there, or under ${shortestKey} characters`,
        );
    complaints = new Set(found);
  }

  const look = () => void refresh().catch((error: unknown) => log.warn({ err: error }, 'keys were not read'));
  const stop = config.onChange(look);
  const timer = setInterval(look, lookMs);
  timer.unref();
  look();
  return {
    async find(shown) {
      await refresh();
      const digest = digestOf(shown);
      // All are compared, and digests have one length, so the time tells nothing.
      return [...held.values()].filter((one) => timingSafeEqual(one.digest, digest)).at(0)?.key;
    },
    close() {
      stop();
      clearInterval(timer);
      for (const { end } of held.values()) end.abort();
    },
  };
}

function hold({ name, may, actsFor }: ApiKeyConfig, digest: Buffer, text: string): Held {
  const end = new AbortController();
  // Every stream listens to it.
  setMaxListeners(0, end.signal);
  return { key: { name, may, actsFor, gone: end.signal }, digest, text, end };
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
