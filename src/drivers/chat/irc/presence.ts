import type { Client } from 'irc-framework';
import type { Log } from '../../../core/log.js';
import { folded, otherNicks } from './names.js';
import type { IrcSettings } from './settings.js';

/** Keeps us in our channels and by our nick. */
export interface Presence {
  /** Joins all channels. */
  begin(): void;
  /** Whether we ought to be in a channel, but are not. */
  isMissing(target: string): boolean;
  end(): void;
}

const usualRegainMs = 15_000;

/** Takes another nick where ours is taken, and has nick and channels back as soon as the network lets us. */
export function stay(client: Client, settings: IrcSettings, log: Log): Presence {
  const { nick, regainMs = usualRegainMs } = settings;
  const wanted = new Map(settings.join.map((channel) => [folded(channel), channel]));
  const inside = new Set<string>();
  const others = [...otherNicks(nick)];
  let isRegistered = false;
  let timer: NodeJS.Timeout | undefined;

  const isOurs = (name: string) => folded(name) === folded(client.user.nick);
  const join = () => {
    for (const [key, channel] of wanted) if (!inside.has(key)) client.join(channel);
  };
  const regain = () => {
    if (isRegistered && !isOurs(nick)) client.changeNick(nick);
  };
  const takeAnother = () => {
    if (isRegistered) return;
    const next = others.shift();
    if (next === undefined) client.quit('no nick is free');
    else client.changeNick(next);
  };

  client.on('registered', () => {
    isRegistered = true;
  });
  client.on('nick in use', takeAnother);
  // Too long, once a letter was added; the one that was asked for first is a mistake of the config.
  client.on('nick invalid', ({ nick: invalid, reason }) => {
    if (invalid !== nick) return takeAnother();
    log.error({ platform: 'irc', nick, reason }, 'the network does not take the nick');
    client.quit('no nick');
  });
  client.on('join', (event) => void (isOurs(event.nick) && inside.add(folded(event.channel))));
  client.on('part', (event) => void (isOurs(event.nick) && inside.delete(folded(event.channel))));
  client.on('kick', (event) => {
    if (!isOurs(event.kicked)) return;
    inside.delete(folded(event.channel));
    log.warn(
      { platform: 'irc', channel: event.channel, by: event.nick },
      'kicked from a channel; coming back',
    );
  });
  client.on('invite', (event) => void (wanted.has(folded(event.channel)) && client.join(event.channel)));
  for (const event of ['quit', 'nick'] as const)
    client.on(event, (gone) => void (folded(gone.nick) === folded(nick) && regain()));
  client.on('irc error', ({ error, channel, reason }) => {
    if (channel !== undefined && wanted.has(folded(channel)))
      log.warn({ platform: 'irc', channel, reason: reason ?? error }, 'the network refuses a channel');
  });

  return {
    begin() {
      join();
      timer = setInterval(() => {
        join();
        regain();
      }, regainMs);
    },
    isMissing: (target) => wanted.has(folded(target)) && !inside.has(folded(target)),
    end: () => clearInterval(timer),
  };
}
