import type { TargetConfig } from './config/config.js';
import type { ConfigSource } from './config/source.js';
import type { Redactor } from './core/redact.js';
import type { SecretSource } from './core/repository.js';
import type { Target } from './core/target.js';
import { type LookUp, readSecret } from './secrets/read.js';

/** What a target's driver is given beside its config. */
export interface TargetSurroundings {
  /** Reads a secret anew; undefined when it is not there. */
  readonly secret: (source: SecretSource) => Promise<string | undefined>;
  /** The id of this Packtrain, one for all servers that share its database; undefined where there is no database. */
  readonly owner?: () => Promise<string>;
}

/** What the targets are opened with. */
export interface TargetsOptions {
  readonly config: ConfigSource;
  readonly drivers: { openTarget(config: TargetConfig, parts: TargetSurroundings): Target };
  readonly env: LookUp;
  readonly redactor: Redactor;
  readonly owner: () => Promise<string>;
}

/** Finds the driver of a configured target, made once for each config of it. */
export function targetsBy(options: TargetsOptions): (name: string) => Target | undefined {
  const { config, drivers, env, redactor, owner } = options;
  const opened = new WeakMap<TargetConfig, Target>();
  const secret = secretsOf(env, redactor);
  return (name) => {
    const wanted = config.current().targets.get(name);
    if (wanted === undefined) return undefined;
    const target = opened.get(wanted) ?? drivers.openTarget(wanted, { secret, owner });
    opened.set(wanted, target);
    return target;
  };
}

/** Reads secrets so that they are masked from then on. */
export function secretsOf(env: LookUp, redactor: Redactor): TargetSurroundings['secret'] {
  return async (source) => {
    const secret = await readSecret(source, env);
    // One that was changed since the start has to be masked too.
    if (secret !== undefined) redactor.learn(secret);
    return secret;
  };
}
