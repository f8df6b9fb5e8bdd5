import { z } from 'zod';
import type { JsonObject } from '../../../core/json.js';
import { ok, type Result } from '../../../core/result.js';
import type { Api } from './api.js';
import { type Key, type Kind, keyOf, kinds } from './kinds.js';

const schema = z.looseObject({ id: z.string(), ref: z.string(), enabled: z.boolean().optional() });

/** One thing as the server has it. */
export interface Thing {
  readonly key: Key;
  readonly word: Kind['word'];
  readonly ref: string;
  readonly id: string;
  /** Undefined for what can't be disabled. */
  readonly enabled: boolean | undefined;
  /** All of its fields. */
  readonly object: JsonObject;
}

/** The server's things of one pack. */
export type Things = ReadonlyMap<Key, Thing>;

/** Reads all that the server has of a pack. */
export async function readThings(api: Api, pack: string): Promise<Result<Things>> {
  const lists = await Promise.all(kinds.map(({ word }) => readOfKind(api, word, pack)));
  const all: (readonly [Key, Thing])[] = [];
  for (const list of lists) {
    if (!list.ok) return list;
    all.push(...list.value);
  }
  return ok(new Map(all));
}

/** Reads what the server has of one type of a pack. */
export async function readOfKind(api: Api, word: Kind['word'], pack: string): Promise<Result<Things>> {
  const list = await api.list(`${pathOf(word)}?pack=${pack}`, schema);
  if (!list.ok) return list;
  // A filter that the server does not know is no error there.
  const own = list.value.filter((object) => object.ref.startsWith(`${pack}.`));
  return ok(new Map(own.map((object) => thingOf(word, object)).map((thing) => [thing.key, thing])));
}

function thingOf(word: Kind['word'], object: z.output<typeof schema>): Thing {
  const { id, ref, enabled } = object;
  return { key: keyOf(word, ref), word, ref, id, enabled, object: object as unknown as JsonObject };
}

function pathOf(word: Kind['word']): string {
  return kinds.find((kind) => kind.word === word)?.path ?? '';
}

/** Gives a thing exactly these fields. */
export async function putThing(api: Api, thing: Thing, fields: JsonObject): Promise<Result<void>> {
  // For all but sensors some version takes the id alone; for sensors the ref is what was tried.
  const name = thing.word === 'sensor' ? thing.ref : thing.id;
  const body = { ...fields, id: thing.id };
  const done = await api.call('PUT', `${pathOf(thing.word)}/${name}`, { body });
  return done.ok ? ok(undefined) : done;
}

/** Enables or disables a thing. */
export async function switchThing(api: Api, thing: Thing, enabled: boolean): Promise<Result<void>> {
  return await putThing(api, thing, { ...thing.object, enabled });
}

/** Makes a thing anew as it was. */
export async function postThing(api: Api, { word, object }: Thing): Promise<Result<void>> {
  const { id: _, uid: __, ...body } = object;
  const done = await api.call('POST', pathOf(word), { body });
  return done.ok ? ok(undefined) : done;
}

/** Takes a thing from the server and leaves its files alone; a sensor, which can only be disabled, is. */
export async function unregister(api: Api, thing: Thing): Promise<Result<void>> {
  if (thing.word === 'sensor')
    return thing.enabled === false ? ok(undefined) : switchThing(api, thing, false);
  const ask = thing.word === 'action' ? { body: { remove_files: false } } : {};
  const done = await api.call('DELETE', `${pathOf(thing.word)}/${thing.ref}`, ask);
  return done.ok || done.refusal.code === 'st2-knows-not' ? ok(undefined) : done;
}

/** Takes several away, those first that start something. */
export async function unregisterAll(api: Api, things: Iterable<Thing>): Promise<Result<void>> {
  const rank = ({ word }: Thing) => kinds.findIndex((kind) => kind.word === word);
  for (const thing of [...things].sort((a, b) => rank(a) - rank(b))) {
    const done = await unregister(api, thing);
    if (!done.ok) return done;
  }
  return ok(undefined);
}
