import { hostKinds } from '../schema/host.js';
import { didYouMean, suggest } from '../suggest.js';
import { get, keysOf, type Look, mapOf, textsOf } from './look.js';

/** The platforms on which a person can have an account. */
export const platforms = [
  'web',
  'terminal',
  'cli',
  'api',
  'slack',
  'teams',
  'discord',
  'google-chat',
  'mattermost',
  'matrix',
  'irc',
  'chatops',
  'xmpp',
];

/** Whoever is named is known, and no account belongs to two people. */
export function checkPeople(look: Look): void {
  checkNames(look, ['admins']);
  for (const group of keysOf(get(look.raw, 'groups'))) checkNames(look, ['groups', group]);
  const owners = new Map<string, string>();
  for (const [name, accounts] of mapOf(get(look.raw, 'people')))
    for (const [platform, ids] of mapOf(accounts)) {
      const path = ['people', name, platform];
      const problem = platformProblem(look, platform);
      if (problem === undefined) checkAccounts(look, { path, owners, name, platform }, ids);
      else look.report(path, problem, 'key');
    }
}

/** A platform of people's accounts: a chat, or a Git host by its name, or by its kind where there is no other of it. */
function platformProblem(look: Look, platform: string): string | undefined {
  const hosts = mapOf(get(look.raw, 'hosts'));
  if (platforms.includes(platform) || hosts.has(platform)) return undefined;
  const kinds = hostKinds.filter((kind) => kind !== 'generic');
  const alike = [...hosts].filter(([name, host]) => (get(host, 'kind') ?? name) === platform);
  if (alike.length > 1)
    return `Several hosts are of kind ${platform}: say ${alike.map(([name]) => name).join(' or ')}.`;
  if (kinds.some((kind) => kind === platform)) return undefined;
  return unknownPlatform(platform, [...platforms, ...kinds, ...hosts.keys()]);
}

function checkAccounts(look: Look, at: Omit<Ownership, 'account'>, ids: unknown): void {
  for (const id of idsOf(ids)) {
    checkOwner(look, { ...at, account: `${at.platform}:${id}` });
    if (at.platform === 'api') checkKeyName(look, at.path, id);
  }
}

function idsOf(ids: unknown): readonly string[] {
  return typeof ids === 'string' ? [ids] : textsOf(ids).map(([, id]) => id);
}

interface Ownership {
  readonly path: readonly string[];
  readonly owners: Map<string, string>;
  readonly account: string;
  readonly name: string;
  readonly platform: string;
}

function checkOwner(look: Look, { path, owners, account, name }: Ownership): void {
  const owner = owners.get(account);
  if (owner === undefined) owners.set(account, name);
  else
    look.report(
      path,
      `${path.at(-1)}: The account ${account} is listed twice, for ${owner} and for ${name}.`,
    );
}

/** Reports the entries of a list at a path that name nobody. Without `people:`, any name will do. */
export function checkNames(look: Look, path: readonly (string | number)[]): void {
  const people = get(look.raw, 'people');
  for (const [index, name] of textsOf(at(look.raw, path))) {
    const colon = name.indexOf(':');
    const platform = name.slice(0, Math.max(colon, 0));
    if (colon >= 0 && !platforms.includes(platform)) look.report([...path, index], unknownPlatform(platform));
    if (platform === 'api') checkKeyName(look, [...path, index], name.slice(colon + 1));
    if (colon < 0 && people !== undefined && !keysOf(people).includes(name))
      look.report([...path, index], unknownPerson(name, keysOf(people)));
  }
}

function checkKeyName(look: Look, path: readonly (string | number)[], name: string): void {
  const keys = keysOf(get(look.raw, 'api', 'keys'));
  if (keys.includes(name)) return;
  look.report(path, `There is no key "${name}" in api.keys.${suggest(name, keys)}`);
}

function at(raw: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (Array.isArray(value) ? value[Number(step)] : get(value, String(step))),
    raw,
  );
}

function unknownPlatform(platform: string, known: readonly string[] = platforms): string {
  return `There is no platform "${platform}".${suggest(platform, known)}`;
}

function unknownPerson(name: string, people: readonly string[]): string {
  const hint = didYouMean(name, people);
  return `"${name}" is not under people.${hint === '' ? ` Add ${name}: {} there, or take the name away.` : hint}`;
}
