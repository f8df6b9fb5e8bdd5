import { ChatLibraryMissing, type OutsideChat, type OutsideChatParts } from '../../core/outside-chat.js';

/** The settings of an outside chat; each driver's own say more. */
export interface ChatSettings {
  readonly kind: string;
}

/** What the module of a driver exports. */
export interface ChatDriver {
  /** Opens the chat, without asking anything of the platform yet: that is begun by the adapter's `start`. */
  open(settings: ChatSettings, parts: OutsideChatParts): Promise<OutsideChat>;
}

/** A driver that there is. */
interface KnownDriver {
  /** Loads it, with the libraries that it needs: only those that are configured cost anything. */
  readonly load: () => Promise<ChatDriver>;
  /** The packages that have to be installed for it. */
  readonly packages: readonly string[];
}

const drivers: Readonly<Record<string, KnownDriver>> = {
  chatops: { load: () => import('./chatops/driver.js'), packages: [] },
  discord: {
    load: () => import('./discord/driver.js'),
    packages: ['chat@4', '@chat-adapter/discord@4', 'discord.js@14'],
  },
  'google-chat': {
    load: () => import('./google-chat/driver.js'),
    packages: ['chat@4', '@chat-adapter/gchat@4'],
  },
  irc: { load: () => import('./irc/driver.js'), packages: ['irc-framework@4'] },
  matrix: { load: () => import('./matrix/driver.js'), packages: [] },
  mattermost: { load: () => import('./mattermost/driver.js'), packages: ['ws@8'] },
  slack: {
    load: () => import('./slack/driver.js'),
    packages: ['chat@4', '@chat-adapter/slack@4', '@slack/socket-mode@2'],
  },
  teams: {
    load: () => import('./teams/driver.js'),
    packages: ['chat@4', '@chat-adapter/teams@4'],
  },
  xmpp: { load: () => import('./xmpp/driver.js'), packages: ['@xmpp/client@0.14'] },
};

/** Opens an outside chat. Throws `ChatLibraryMissing` when its driver's packages are not installed. */
export async function openOutsideChat(settings: ChatSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const driver = drivers[settings.kind];
  if (driver === undefined) throw new Error(`there is no driver for ${settings.kind}`);
  const module = await driver.load().catch((error: unknown) => {
    if (isMissing(error)) throw new ChatLibraryMissing(settings.kind, driver.packages);
    throw error;
  });
  return await module.open(settings, parts);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
