const mask = '•••';
const urlUserinfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi;

/** Takes secrets out of text. Sits in front of every output: chat, logs, database, web, errors. */
export interface Redactor {
  /** Learns a secret's value; its URL-encoded and base64 forms are masked too. Values under 4 characters are ignored. */
  learn(secret: string): void;
  /** The text with every known secret, and the user part of every URL, masked. */
  text(text: string): string;
  /** A JSON value with every string in it redacted. */
  json<T>(value: T): T;
}

/** Makes a redactor that knows the given secrets. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const forms = new Set<string>();
  let pattern: RegExp | undefined;

  function learn(secret: string): void {
    if (secret.length < 4) return;
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
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, encodeURIComponent(secret), base64, ...credentialForms(secret)];
}

// Git's basic-auth header carries base64("user:token"): the user shifts the encoding, so the usual ones are listed.
function credentialForms(secret: string): string[] {
  const users = ['', 'x-access-token', 'oauth2', 'x-token-auth', 'git', 'token'];
  return users.map((user) => Buffer.from(`${user}:${secret}`).toString('base64').replace(/=+$/, ''));
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
