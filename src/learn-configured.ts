import type { Closing } from './closing.js';
import type { ConfigSource } from './config/source.js';
import type { Log } from './core/log.js';
import type { Redactor } from './core/redact.js';
import { learnSecrets } from './secrets/learn.js';
import type { LookUp } from './secrets/read.js';

/** Where secrets are read, and who has to know them. */
interface Learning {
  readonly config: ConfigSource;
  readonly env: LookUp;
  readonly redactor: Redactor;
  readonly log: Log;
}

/** Learns every secret of the config before anything can be said, and those of each new config. */
export async function learnConfigured(
  { config, env, redactor, log }: Learning,
  closing: Closing,
): Promise<void> {
  const learn = () => learnSecrets(config.current(), env, redactor);
  await learn();
  const stop = config.onChange(() => {
    learn().catch((error: unknown) => log.warn({ err: error }, 'secrets of the config could not be read'));
  });
  closing.add(stop, async (end) => end());
}
