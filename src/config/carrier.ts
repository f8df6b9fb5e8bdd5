import type { ChatPlatformConfig, Config, TargetConfig } from './config.js';

/** The chat of others that is spoken with by a pack, and that pack. */
const carried = { platform: 'chatops', pack: 'packtrain' } as const;

/** Where something was asked for, and where it would go live. */
export interface Carried {
  /** The chat of others by which it was asked for. */
  readonly platform: string | undefined;
  /** The target's name. */
  readonly target: string;
}

/**
 * The pack that carries what is asked for in a chat of others, if it may be live on a target. A plain folder is taken for
 * one that the chat's own server reads.
 */
export function carrierOn(config: Config, { platform, target: name }: Carried): string | undefined {
  if (platform !== carried.platform) return undefined;
  const target = config.targets.get(name);
  return isElsewhere(target, config.chats.get(platform)) ? undefined : carried.pack;
}

function isElsewhere(target: TargetConfig | undefined, chat: ChatPlatformConfig | undefined): boolean {
  if (target?.kind !== 'stackstorm' || chat === undefined || !('apiKey' in chat)) return false;
  return addressOf(target.url) !== addressOf(chat.url);
}

function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/+$/, '').replace(/(?:\/api)?(?:\/v1)?$/, '')}`;
}
