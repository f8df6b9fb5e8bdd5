const mask = '•••';
/** Shorter values would mask half of all words; in base64 even more. */
const shortest = 4;
const shortestInside = 8;
// A scheme is short: without a bound, long runs of letters and dots would be looked at again from each of them.
const urlUserinfo = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"'<>]+@/gi;

/** Takes secrets out of text. Sits in front of every output: chat, logs, database, web, errors. */
export interface Redactor {
  /** Learns a secret's value; its URL-encoded, base64 and JSON forms are masked too. Values under 4 characters are ignored. */
  learn(secret: string): void;
  /** The text with every known secret, and the user part of every URL, masked. */
  text(text: string): string;
  /** A JSON value with every string in it redacted. */
  json<T>(value: T): T;
}

/** Makes a redactor that knows the given secrets. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const known = new Set<string>();
  const forms = new Set<string>();
  let pattern: RegExp | undefined;

  function learn(secret: string): void {
    if (secret.length < shortest || known.has(secret)) return;
    known.add(secret);
    for (const form of formsOf(secret)) forms.add(form);
    // Longest first, so that a secret which contains another is masked whole.
    const longestFirst = [...forms].sort((a, b) => b.length - a.length);
    pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g');
  }

  function text(input: string): string {
    const masked = pattern === undefined ? input : input.replace(pattern, mask);
    return masked.replace(urlUserinfo, (whole, scheme: string) =>
      whole === `${scheme}git@` ? whole : `${scheme}${mask}@`,
    );
  }

  for (const secret of secrets) learn(secret);
  return { learn, text, json: (value) => mapStrings(value, text) };
}

function formsOf(secret: string): string[] {
  // Twice, for JSON in JSON.
  const escaped = escapedInJson(secret);
  return [secret, escaped, escapedInJson(escaped), ...urlForms(secret), ...base64Forms(secret)];
}

function escapedInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function urlForms(secret: string): string[] {
  // By way of bytes, since half a surrogate pair cannot be encoded.
  const encoded = encodeURIComponent(Buffer.from(secret).toString());
  const strict = encoded.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const all = [encoded, strict, strict.replaceAll('%20', '+')];
  return [...all, ...all.map((form) => form.replace(/%../g, (code) => code.toLowerCase()))];
}

// In base64 what stands before shifts the encoding, as the user does in `user:token`: a piece of it in each of the three
// ways is looked for, without the letters at its ends that its neighbours have a part in.
function base64Forms(secret: string): string[] {
  const whole = Buffer.from(secret);
  const plain = ['base64', 'base64url'] as const;
  const full = plain.map((encoding) => whole.toString(encoding).replace(/=+$/, ''));
  if (whole.length < shortestInside) return full;
  const inside = [1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), whole]);
    const to = Math.floor((shifted.length * 8) / 6);
    return plain.map((encoding) => shifted.toString(encoding).slice(shift + 1, to));
  });
  const cut = full.map((form) => form.slice(0, Math.floor((whole.length * 8) / 6)));
  return [...full, ...cut, ...inside];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function mapStrings<T>(value: T, change: (text: string) => string): T {
  return walk(value) as T;

  function walk(node: unknown): unknown {
    if (typeof node === 'string') return change(node);
    if (Array.isArray(node)) return node.map(walk);
    if (node === null || typeof node !== 'object' || Object.getPrototypeOf(node) !== Object.prototype)
      return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child)]));
  }
}
