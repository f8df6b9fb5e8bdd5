import type { Kysely } from 'kysely';
import type { Config } from '../../config/config.js';
import type { ConfigSource } from '../../config/source.js';
import { type LinkedAccount, withLinked } from '../../core/linking.js';
import type { Log } from '../../core/log.js';
import { linkedAccounts } from '../../store/linked-accounts.js';
import type { Database } from '../../store/tables.js';

/** The accounts that people have joined, as this server knows them. */
export interface Links {
  current(): readonly LinkedAccount[];
  /** Reads them again; what is read after this was asked for is in force once it settles. Throws when it can't. */
  reload(): Promise<void>;
}

/** Reads the accounts that people have joined. */
export async function openLinks(db: Kysely<Database>): Promise<Links> {
  let known: readonly LinkedAccount[] = await linkedAccounts(db);
  let turn: Promise<void> = Promise.resolve();
  return {
    current: () => known,
    reload() {
      // One after the other, so that an older answer never takes the place of a newer one.
      const read = turn.then(async () => {
        known = await linkedAccounts(db);
      });
      turn = read.catch(() => undefined);
      return read;
    },
  };
}

/** Reads links again where it may be missed: the next change, or the next connection, does so anyway. */
export function reloadSoon(links: Links, log: Log): void {
  links.reload().catch((error: unknown) => log.warn({ err: error }, 'who is whom could not be read anew'));
}

/** A config that follows its file, in which those accounts are one person's that their owner joined. */
export function joinedConfig(source: ConfigSource, links: Links): ConfigSource {
  return {
    current: withLinks(() => source.current(), links),
    reload: () => source.reload(),
    onChange: (callback) => source.onChange(callback),
    onProblems: (callback) => source.onProblems(callback),
    close: () => source.close(),
  };
}

/** The config with the people whom joined accounts make, made anew only when one of the two has changed. */
export function withLinks(config: () => Config, links: Pick<Links, 'current'>): () => Config {
  let made: { config: Config; linked: readonly LinkedAccount[]; whole: Config } | undefined;
  return () => {
    const now = config();
    const linked = links.current();
    if (made?.config !== now || made.linked !== linked)
      made = { config: now, linked, whole: joined(now, linked) };
    return made.whole;
  };
}

function joined(config: Config, linked: readonly LinkedAccount[]): Config {
  const { access } = config;
  const counted = linked.filter(({ platform }) => provesAccounts(config, platform));
  if (access.linking === 'nothing' || counted.length === 0) return config;
  return { ...config, access: { ...access, people: withLinked(access.people, counted) } };
}

/** Whether an account of a platform is somebody's in particular: where nicknames are trusted, anybody may bear one. */
export function provesAccounts({ chats }: Config, platform: string): boolean {
  const chat = chats.get(platform);
  return !(chat !== undefined && 'trustNicknames' in chat && chat.trustNicknames);
}
