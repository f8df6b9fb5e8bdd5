import { suggest } from '../suggest.js';
import { get, type Look, mapOf, textsOf } from './look.js';

type Path = readonly (string | number)[];

/** Channels that are named exist, where the config says which there are. */
export function checkChannels(look: Look): void {
  const list = get(look.raw, 'chat', 'web', 'channels');
  if (!Array.isArray(list)) return;
  const known = textsOf(list).map(([, name]) => plain(name));
  for (const [path, name] of namedChannels(look.raw))
    if (!known.includes(plain(name)))
      look.report(
        path,
        `There is no channel "${plain(name)}" in chat.web.channels.${suggest(plain(name), known)}`,
      );
}

// A channel with its platform, and a pattern, may mean something that is not listed.
function namedChannels(raw: unknown): readonly (readonly [Path, string])[] {
  const named: (readonly [Path, unknown])[] = [];
  for (const [name, repository] of mapOf(get(raw, 'repositories')))
    for (const keys of [['auto_deployment', 'notify_channel'], ['announce_channel']])
      named.push([['repositories', name, ...keys], get(repository, ...keys)]);
  const rules = get(raw, 'access');
  for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries())
    for (const effect of ['allow', 'deny'])
      for (const [at, name] of textsOf(get(rule, effect, 'channels')))
        named.push([['access', index, effect, 'channels', at], name]);
  return named.flatMap(([path, name]) =>
    typeof name === 'string' && !/[*:]/.test(name) ? [[path, name]] : [],
  );
}

function plain(name: string): string {
  return name.replace(/^#/, '');
}
