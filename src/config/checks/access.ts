import { commandNames } from '../../core/commands.js';
import { suggest } from '../suggest.js';
import { get, keysOf, type Look, textsOf } from './look.js';
import { checkNames } from './people.js';

/** Each rule speaks of somebody, and what it names exists. */
export function checkAccess(look: Look): void {
  const rules = get(look.raw, 'access');
  if (Array.isArray(rules)) for (const [index, rule] of rules.entries()) checkRule(look, index, rule);
  for (const command of keysOf(get(look.raw, 'chat', 'formats')))
    if (!commandNames.some((known) => known === command))
      look.report(['chat', 'formats', command], unknown('command', command, commandNames), 'key');
}

function checkRule(look: Look, index: number, rule: unknown): void {
  const path = ['access', index] as const;
  const effects = ['allow', 'deny'].filter((effect) => get(rule, effect) !== undefined);
  if (effects.length !== 1)
    look.report(path, 'A rule has exactly one of allow and deny, which say whom it speaks of.');
  for (const effect of effects) checkWho(look, [...path, effect], get(rule, effect));
  const known: Readonly<Record<string, readonly string[]>> = {
    commands: commandNames,
    repositories: keysOf(get(look.raw, 'repositories')),
    targets: targetNames(look.raw),
  };
  for (const [key, names] of Object.entries(known))
    for (const [at, name] of textsOf(get(rule, key)))
      if (!name.includes('*') && !names.includes(name))
        look.report([...path, key, at], unknown(singular[key] ?? key, name, names));
}

const singular: Readonly<Record<string, string>> = {
  commands: 'command',
  repositories: 'repository',
  targets: 'target',
};

function targetNames(raw: unknown): readonly string[] {
  const section = get(raw, 'targets');
  return section === undefined ? ['default'] : keysOf(section);
}

function checkWho(look: Look, path: readonly (string | number)[], who: unknown): void {
  if (typeof who === 'object' && who !== null && keysOf(who).length === 0)
    look.report(path, 'It speaks of nobody: name people, groups or channels, or write everybody.');
  checkNames(look, [...path, 'people']);
  const groups = keysOf(get(look.raw, 'groups'));
  for (const [index, name] of textsOf(get(who, 'groups')))
    if (!groups.includes(name)) look.report([...path, 'groups', index], unknown('group', name, groups));
}

function unknown(kind: string, name: string, names: readonly string[]): string {
  return `There is no ${kind} "${name}".${suggest(name, names)}`;
}
