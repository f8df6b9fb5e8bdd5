import type { ChatPlatformConfig } from '../config.js';
import { type ChatsEntry, chatKinds } from '../schema/chats/registry.js';

/** The settings of the outside chats as they were read. */
export function buildChats(entry: ChatsEntry, folder: string): ReadonlyMap<string, ChatPlatformConfig> {
  const built = Object.entries(entry).flatMap(([platform, settings]) => {
    const kind = chatKinds[platform];
    return kind === undefined || settings === undefined
      ? []
      : [[platform, kind.build(settings, folder)] as const];
  });
  return new Map(built);
}
