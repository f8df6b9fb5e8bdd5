import { dirname } from 'node:path';
import type { CommandName } from '../../core/commands.js';
import type { Repository } from '../../core/repository.js';
import type { ChatConfig, Config, WebConfig } from '../config.js';
import type { FileEntry } from '../schema/schema.js';
import type { TargetEntry } from '../schema/target.js';
import { buildAccess } from './access.js';
import { buildApi } from './api.js';
import { buildChats } from './chats.js';
import { given } from './given.js';
import { buildHost } from './host.js';
import { buildRepository } from './repository.js';
import { buildTarget, usualPacksPath } from './target.js';

/** Where packs go when the config names no target: the folder of a StackStorm server. */
const defaultTargets: Readonly<Record<string, TargetEntry>> = {
  default: { kind: 'directory', path: usualPacksPath },
};

/** Makes the config of a file that was found sound. `file` is absolute; `placeOf` says where an access rule stands. */
export function buildConfig(entry: FileEntry, file: string, placeOf: (index: number) => string): Config {
  const folder = dirname(file);
  const repositories = mapValues(entry.repositories, (name, value) => buildRepository(name, value, folder));
  return given({
    file,
    repositories,
    targets: mapValues(entry.targets ?? defaultTargets, (name, value) => buildTarget(name, value, folder)),
    hosts: mapValues(entry.hosts ?? {}, (name, value) => buildHost(name, value, folder)),
    access: buildAccess(entry, placeOf),
    web: buildWeb(entry.web ?? {}),
    api: buildApi(entry.api ?? {}, folder),
    chat: buildChat(entry.chat ?? {}, [...repositories.values()]),
    chats: buildChats(entry.chats ?? {}, folder),
    queue: {
      confirmWithinMs: entry.queue?.confirm_within ?? 900_000,
      phrases: entry.queue?.phrases ?? [],
    },
    announcements: { templates: given(entry.announcements?.templates ?? {}) },
    log: { level: entry.log?.level ?? ('info' as const) },
    timeZone: entry.time_zone,
  });
}

function mapValues<A, B>(
  values: Readonly<Record<string, A>>,
  change: (name: string, value: A) => B,
): ReadonlyMap<string, B> {
  return new Map(Object.entries(values).map(([name, value]) => [name, change(name, value)]));
}

function buildWeb(entry: NonNullable<FileEntry['web']>): WebConfig {
  return given({
    host: entry.host ?? '127.0.0.1',
    port: entry.port ?? 7425,
    publicUrl: entry.public_url?.replace(/\/+$/, ''),
  });
}

function buildChat(entry: NonNullable<FileEntry['chat']>, repositories: readonly Repository[]): ChatConfig {
  return {
    prefix: entry.prefix ?? '!',
    web: { channels: [...new Set(entry.web?.channels ?? ['general', ...channelsOf(repositories)])] },
    // The checks have refused names that are no commands.
    formats: new Map(Object.entries(entry.formats ?? {})) as ReadonlyMap<CommandName, readonly string[]>,
  };
}

// What is announced should be seen, also by those who never said which channels there are.
function channelsOf(repositories: readonly Repository[]): readonly string[] {
  return repositories
    .flatMap((repository) => [repository.autoDeployment?.notifyChannel, repository.announceChannel])
    .flatMap((channel) => (channel === undefined || channel.includes(':') ? [] : [channel]));
}
