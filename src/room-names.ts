import type { Config } from './config/config.js';

/** The rooms of Packtrain's own chat: those that are configured, and every channel that is told something. */
export function roomNames(config: Config): readonly string[] {
  const told = [...config.repositories.values()].flatMap((repository) => [
    repository.autoDeployment?.notifyChannel,
    repository.announceChannel,
  ]);
  const targets = [...config.targets.values()].map(({ drift }) => drift?.channel);
  const names = [...config.chat.web.channels, ...[...told, ...targets].filter((name) => name !== undefined)];
  const own = names.map((name) => name.replace(/^(?:web:)?#?/, ''));
  return [...new Set(own.filter((name) => !config.chats.has(name.slice(0, Math.max(0, name.indexOf(':'))))))];
}
