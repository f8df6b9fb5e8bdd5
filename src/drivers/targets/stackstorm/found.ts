import { z } from 'zod';
import { ok, type Result } from '../../../core/result.js';
import type { FoundPack } from '../../../core/target.js';
import type { Station } from './ground.js';

/** Those that are a part of StackStorm: nobody deploys them. */
const ownPacks: readonly string[] = ['chatops', 'core', 'default', 'linux', 'packs'];

const schema = z.looseObject({ ref: z.string(), version: z.string().optional() });

/** The packs that others put into the folder, with what is registered of them; and those that are only registered. */
export async function findOnServer(station: Station, only?: string): Promise<Result<readonly FoundPack[]>> {
  const { api, directory } = station;
  const [folders, registered, managed] = await Promise.all([
    directory.found(only),
    api.list('/packs', schema),
    directory.list(),
  ]);
  if (!folders.ok) return folders;
  if (!registered.ok) return registered;
  if (!managed.ok) return managed;
  const versions = new Map(registered.value.map(({ ref, version }) => [ref, version]));
  const inFolders = folders.value
    .filter(({ pack }) => !ownPacks.includes(pack))
    .map((one) => withVersion(one, versions.get(one.pack)));
  const known = new Set([...ownPacks, ...[...folders.value, ...managed.value].map(({ pack }) => pack)]);
  const elsewhere = [...versions]
    .filter(([pack]) => !known.has(pack) && (only === undefined || pack === only))
    .map(([pack, version]) =>
      withVersion({ pack, what: 'registered, but not in the folder', files: new Map() }, version),
    );
  return ok([...inFolders, ...elsewhere]);
}

function withVersion(found: FoundPack, version: string | undefined): FoundPack {
  return version === undefined ? found : { ...found, version };
}
