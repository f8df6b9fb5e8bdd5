/** A JSON value as its column takes it: PostgreSQL's JSON holds neither NUL nor half a character. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? storableText(part) : part,
  );
}

/** Text that PostgreSQL can keep. */
export function storableText(text: string): string {
  // By way of bytes, which half a surrogate pair has none of.
  const whole = /[\uD800-\uDFFF]/.test(text) ? Buffer.from(text).toString() : text;
  return whole.replaceAll('\0', '\uFFFD');
}
