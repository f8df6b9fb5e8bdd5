import type { ConfigSource } from './config/source.js';
import { type NamedChannel, namedChannels } from './config/told-channels.js';
import type { Adapters } from './core/find-channel.js';
import type { Log } from './core/log.js';

const firstWaitMs = 2_000;
const longestWaitMs = 300_000;

/** What checking channels takes. */
export interface ChannelCheckDeps {
  readonly config: ConfigSource;
  readonly adapters: Adapters;
  readonly log: Log;
  /** Milliseconds before a chat that did not answer is asked again, at first; 2,000 unless given. */
  readonly firstWaitMs?: number;
}

/**
 * Looks at the start, and when the config changed, whether some chat has each channel that the config names, and logs those
 * that none has. It holds up nothing: a chat that is away is asked again until it answers.
 * @returns how to stop
 */
export function startChannelCheck(deps: ChannelCheckDeps): () => void {
  const { config, log } = deps;
  let timer: NodeJS.Timeout | undefined;
  let round = 0;
  begin();
  const stopListening = config.onChange(begin);
  return () => {
    stopListening();
    clearTimeout(timer);
    round += 1;
  };

  function begin(): void {
    clearTimeout(timer);
    round += 1;
    void look(round, namedChannels(config.current()), deps.firstWaitMs ?? firstWaitMs);
  }

  async function look(of: number, channels: readonly NamedChannel[], waitMs: number): Promise<void> {
    const asked = await Promise.all(
      channels.map(async (one) => [one, await one.ask(deps.adapters)] as const),
    );
    if (of !== round) return;
    for (const [one, known] of asked)
      if (known === 'nowhere') log.warn({ channel: one.name }, await one.complaint(deps.adapters));
    const left = asked.flatMap(([one, known]) => (known === 'unknown' ? [one] : []));
    if (left.length === 0 || of !== round) return;
    timer = setTimeout(() => void look(of, left, Math.min(waitMs * 2, longestWaitMs)), waitMs).unref();
  }
}
