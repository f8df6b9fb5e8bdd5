import { resolve } from 'node:path';
import { suggest } from '../suggest.js';
import { get, keysOf, type Look, mapOf } from './look.js';

/** Each repository goes to a target that exists, and no two targets share a folder. */
export function checkTargets(look: Look): void {
  const section = get(look.raw, 'targets');
  const names = section === undefined ? ['default'] : keysOf(section);
  for (const [name, repository] of mapOf(get(look.raw, 'repositories'))) {
    const target = get(repository, 'target');
    const path = ['repositories', name];
    if (typeof target === 'string' && !names.includes(target))
      look.report([...path, 'target'], `target: There is no target "${target}".${suggest(target, names)}`);
    if (target === undefined && !names.includes('default'))
      look.report(path, missingTarget(name, names), 'key');
  }
  checkFolders(look, section);
  checkKeys(look, section);
}

/** A StackStorm server is given one key. */
function checkKeys(look: Look, section: unknown): void {
  for (const [name, target] of mapOf(section)) {
    if (get(target, 'kind') !== 'stackstorm') continue;
    const given = ['api_key', 'token'].filter((key) => get(target, key) !== undefined);
    if (given.length === 1) continue;
    const what = given.length === 0 ? 'It has no key' : 'It has a key and a token';
    look.report(['targets', name], `${name}: ${what}. Give it either api_key or token.`, 'key');
  }
}

function missingTarget(name: string, names: readonly string[]): string {
  const example = names[0] === undefined ? 'Add one.' : `Add target: ${names[0]}, or a target of that name.`;
  return `${name}: It names no target, and there is none called default. ${example}`;
}

// Two queues would let two deployments write into one folder.
function checkFolders(look: Look, section: unknown): void {
  const taken = new Map<string, string>();
  for (const [name, target] of mapOf(section)) {
    const [key, path] = folderOf(target);
    if (typeof path !== 'string') continue;
    const folder = resolve('/', path);
    const other = taken.get(folder);
    if (other === undefined) taken.set(folder, name);
    else
      look.report(
        get(target, key) === undefined ? ['targets', name] : ['targets', name, key],
        `${key}: This is the folder of target ${other} too; each needs its own.`,
      );
  }
}

function folderOf(target: unknown): readonly [key: string, path: unknown] {
  if (get(target, 'kind') !== 'stackstorm') return ['path', get(target, 'path')];
  return ['packs_path', get(target, 'packs_path') ?? '/opt/stackstorm/packs'];
}
