import { chatKinds } from '../schema/chats/registry.js';
import { suggest } from '../suggest.js';
import { get, keysOf, type Look, mapOf, textsOf } from './look.js';

type Path = readonly (string | number)[];

/** Channels that are named exist, where the config says which there are. */
export function checkChannels(look: Look): void {
  const named = namedChannels(look.raw);
  checkWithIds(look, named);
  const list = get(look.raw, 'chat', 'web', 'channels');
  const chats = mapOf(get(look.raw, 'chats'));
  // A chat of others may know a channel by a name that stands nowhere here.
  if (!Array.isArray(list) || [...chats].some(([platform]) => !needsIds(platform))) return;
  const known = [...textsOf(list).map(([, name]) => plain(name)), ...[...chats].flatMap(mappedOf)];
  for (const [path, name] of named)
    if (!name.includes(':') && !known.includes(plain(name)))
      look.report(
        path,
        `There is no channel "${plain(name)}" in chat.web.channels.${suggest(plain(name), known)}`,
      );
}

/** Channels of chats that know them by ids only have theirs in `channels:`. */
function checkWithIds(look: Look, named: readonly NamedChannel[]): void {
  for (const [path, written] of named) {
    const [platform = '', name] = written.split(/:(.*)/);
    const chat = get(look.raw, 'chats', platform);
    if (name === undefined || chat === undefined || !needsIds(platform)) continue;
    const known = mappedOf([platform, chat]);
    if (known.includes(plain(name))) continue;
    const which = known.length === 0 ? 'none' : known.join(', ');
    look.report(
      path,
      `There is no channel "${plain(name)}" in chats.${platform}.channels, which has ${which}.${suggest(plain(name), known)}`,
    );
  }
}

function needsIds(platform: string): boolean {
  return chatKinds[platform]?.needsChannelIds === true;
}

function mappedOf([, chat]: readonly [string, unknown]): string[] {
  return keysOf(get(chat, 'channels')).map(plain);
}

type NamedChannel = readonly [Path, string];

// A pattern may mean something that is not listed.
function namedChannels(raw: unknown): readonly NamedChannel[] {
  const named: (readonly [Path, unknown])[] = [];
  for (const [name, repository] of mapOf(get(raw, 'repositories')))
    for (const keys of [['auto_deployment', 'notify_channel'], ['announce_channel']])
      named.push([['repositories', name, ...keys], get(repository, ...keys)]);
  for (const [name, target] of mapOf(get(raw, 'targets')))
    named.push([['targets', name, 'drift', 'channel'], get(target, 'drift', 'channel')]);
  const rules = get(raw, 'access');
  for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries())
    for (const effect of ['allow', 'deny'])
      for (const [at, name] of textsOf(get(rule, effect, 'channels')))
        named.push([['access', index, effect, 'channels', at], name]);
  return named.flatMap(([path, name]) =>
    typeof name === 'string' && !name.includes('*') ? [[path, name]] : [],
  );
}

function plain(name: string): string {
  return name.replace(/^#/, '');
}
