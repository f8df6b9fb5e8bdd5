import { bareOf, localOf } from './jid.js';

/** The one of some rooms that a name means: its address, or what stands before the @, if no other has that. */
export function roomNamed(rooms: readonly string[], name: string): string | undefined {
  const wanted = bareOf(name);
  const [found, ...more] = rooms.filter((room) => [bareOf(room), localOf(room)].includes(wanted));
  return more.length === 0 ? found : rooms.find((room) => bareOf(room) === wanted);
}

/** The names by which some rooms are found. */
export function roomNames(rooms: readonly string[]): readonly string[] {
  return rooms.map((room) => (roomNamed(rooms, localOf(room)) === room ? localOf(room) : bareOf(room)));
}
