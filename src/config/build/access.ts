import type { AccessPolicy, AccessRule, Account, Person, Who } from '../../core/access.js';
import type { AccessRuleEntry } from '../schema/access.js';
import type { FileEntry } from '../schema/schema.js';
import { given } from './given.js';

/** The access policy as it was read. `placeOf` says where the rule of an index stands. */
export function buildAccess(entry: FileEntry, placeOf: (index: number) => string): AccessPolicy {
  return {
    people: Object.entries(entry.people ?? {}).map(([name, accounts]) =>
      buildPerson(name, accounts ?? {}, entry.hosts ?? {}),
    ),
    linking: entry.linking ?? 'everything',
    admins: entry.admins ?? [],
    groups: new Map(Object.entries(entry.groups ?? {})),
    rules: (entry.access ?? []).map((rule, index) => buildRule(rule, placeOf(index))),
  };
}

function buildPerson(
  name: string,
  accounts: Readonly<Record<string, string | readonly string[]>>,
  hosts: NonNullable<FileEntry['hosts']>,
): Person {
  const all = Object.entries(accounts);
  return { name, accounts: all.flatMap(([key, ids]) => accountsOf(hostCalled(key, hosts) ?? key, ids)) };
}

/** The host that is meant by its name, or by its kind where it is the only one of that. */
function hostCalled(key: string, hosts: NonNullable<FileEntry['hosts']>): string | undefined {
  if (key in hosts) return key;
  const [only, other] = Object.entries(hosts).filter(([name, host]) => (host.kind ?? name) === key);
  return other === undefined ? only?.[0] : undefined;
}

function accountsOf(platform: string, ids: string | readonly string[]): readonly Account[] {
  return [ids].flat().map((userId) => ({ platform, userId }));
}

function buildRule(entry: AccessRuleEntry, place: string): AccessRule {
  return given({
    effect: entry.deny === undefined ? ('allow' as const) : ('deny' as const),
    who: buildWho(entry.deny ?? entry.allow ?? 'everybody'),
    commands: entry.commands ?? [],
    repositories: entry.repositories ?? [],
    packs: entry.packs ?? [],
    branches: entry.branches ?? [],
    targets: entry.targets ?? [],
    forced: entry.forced ?? false,
    because: entry.because,
    place,
  });
}

function buildWho(entry: NonNullable<AccessRuleEntry['allow']>): Who {
  const who = entry === 'everybody' ? {} : entry;
  const channels = (who.channels ?? []).map((channel) => channel.replace(/^#/, ''));
  return { people: who.people ?? [], groups: who.groups ?? [], channels };
}
