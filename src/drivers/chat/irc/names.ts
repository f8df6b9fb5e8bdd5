/**
 * An account or nick as the id of a person: in small letters, but only those of ASCII, and brackets as they are. Whatever
 * more is taken for the same may be two people on a network that has other rules.
 */
export function idOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A nick or channel as its network compares them: by the rules of RFC 1459, where `{}|^` are the small `[]\~`. */
export function folded(name: string): string {
  return idOf(name).replace(/\[/g, '{').replace(/\]/g, '}').replace(/\\/g, '|').replace(/~/g, '^');
}

/** What to be called where a nick is taken, the nearest first; a network may have no room for one more letter. */
export function otherNicks(nick: string): readonly string[] {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `${nick.slice(0, -1)}${digit}`);
  return [`${nick}_`, `${nick}__`, ...digits];
}

/** The one of some channels that a name means; people leave the mark before it out. */
export function channelNamed(channels: readonly string[], name: string): string | undefined {
  const wanted = folded(name);
  const bare = (channel: string) => channel.replace(/^[#&+!]+/, '');
  return (
    channels.find((channel) => folded(channel) === wanted) ??
    channels.find((channel) => bare(folded(channel)) === bare(wanted))
  );
}
