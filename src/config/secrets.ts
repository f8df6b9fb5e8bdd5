import { distance } from 'fastest-levenshtein';
import { isAlias, isCollection, isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml';
import { keyText, resolve } from './locate.js';
import type { Finding, Tree } from './yaml.js';

/** Where secrets stand in a file that must not hold any. */
export interface FoundSecrets {
  /** What to say about them. */
  readonly findings: readonly Finding[];
  /** Stretches of the text that are never shown, from an offset to before another. */
  readonly hidden: readonly (readonly [from: number, to: number])[];
  /** Texts that are never shown. */
  readonly values: readonly string[];
}

/** How a value is looked at: plain, in `credentials:`, where a source of a secret belongs, or never to be shown. */
type Mode = 'plain' | 'credentials' | 'source' | 'hidden';

interface Walk {
  readonly tree: Tree;
  readonly findings: Finding[];
  readonly hidden: [number, number][];
  readonly values: Set<string>;
  readonly seen: Readonly<Record<Mode, Set<unknown>>>;
}

/** Finds what looks like a secret: by the key it stands under, as the user part of a URL, or by its form. */
export function findSecrets(tree: Tree): FoundSecrets {
  const seen = { plain: new Set(), credentials: new Set(), source: new Set(), hidden: new Set() };
  const walk: Walk = { tree, findings: [], hidden: [], values: new Set(), seen };
  visit(walk, tree.root, 'plain', []);
  return { findings: walk.findings, hidden: walk.hidden, values: [...walk.values] };
}

function visit(walk: Walk, written: unknown, mode: Mode, path: readonly string[]): void {
  const node = resolve(walk.tree, written);
  if (isScalar(node)) visitScalar(walk, node, mode);
  // An alias may lead back to where it stands, or to what was looked at with other eyes.
  if (!isCollection(node) || walk.seen[mode].has(node)) return;
  walk.seen[mode].add(node);
  if (isMap(node)) for (const pair of node.items) visitPair(walk, pair, mode, path);
  if (isSeq(node)) for (const item of node.items) visit(walk, item, mode, [...path, '[]']);
}

function visitPair(walk: Walk, pair: Pair, mode: Mode, path: readonly string[]): void {
  const key = keyText(pair);
  if (isScalar(pair.key) && isOddKey(key, mode)) hide(walk, pair.key, key);
  visit(walk, pair.value, modeOf(key, mode, path, pair.value), [...path, key]);
}

const knownCredentials = ['token', 'username', 'ssh_key_file', 'known_hosts_file'];

// In a place for credentials a key of an odd form may be the secret itself, written without its key.
function isOddKey(key: string, mode: Mode): boolean {
  if (tokenForm.test(key) || misread.test(key) || (secretKey.test(key) && /\W/.test(key))) return true;
  return mode !== 'plain' && !/^[a-z_]{1,24}$/.test(key);
}

function modeOf(key: string, mode: Mode, path: readonly string[], value: unknown): Mode {
  if (mode === 'hidden') return 'hidden';
  if (mode === 'source') return key === 'file' || (key === 'env' && isVariable(value)) ? 'plain' : 'hidden';
  if (path[0] === 'api') return modeInApi(key, path, value);
  if (isUserNamed(path)) return 'plain';
  if (mode === 'credentials' && !knownCredentials.includes(key)) return 'hidden';
  if (key === '<<') return mode;
  if (distance(key.toLowerCase(), 'credentials') <= 3) return 'credentials';
  return isSecretKey(key) ? 'source' : 'plain';
}

/** In the section of the API, what is no map and no setting may well be a key. */
function modeInApi(key: string, path: readonly string[], value: unknown): Mode {
  if (path.length === 3) return key === 'may' || key === 'acts_for' ? 'plain' : 'source';
  return isMap(value) || isAlias(value) || key === '<<' ? 'plain' : 'source';
}

function isVariable(value: unknown): boolean {
  return (
    isScalar(value) && /^[A-Z_][A-Z0-9_]*$/.test(String(value.value)) && !tokenForm.test(String(value.value))
  );
}

/** Whether the keys of the map at a path are names that users choose. */
function isUserNamed(path: readonly string[]): boolean {
  const section = path[0] ?? '';
  if (path.length === 1) return ['repositories', 'targets', 'groups', 'people'].includes(section);
  if (path.length === 3) return section === 'chats' && path[2] === 'channels';
  return path.length === 2 && (section === 'people' || path[1] === 'formats');
}

const secretWords = ['token', 'password', 'secret'];
const secretKey = /token|passw(?:or)?d|passphrase|secret|api_?key|private_?key|access_?key/i;

function isSecretKey(key: string): boolean {
  return isSecretText(key) || secretWords.some((word) => distance(key.toLowerCase(), word) <= 2);
}

const tokenForm =
  /\b(?:gh[a-z]_\w{10}|github_pat_\w{10}|glpat-[\w-]{10}|xox[a-z]-[\w-]{8}|AKIA[0-9A-Z]{12}|ATBB\w{10}|ATATT\w{6}|eyJ[\w-]{10,}\.[\w-]+)|-----BEGIN [A-Z ]*PRIVATE KEY/;
const userPart = /[a-z][a-z0-9+.-]*:\/\/([^\s/]+)@|(?:^|[\s/])([^\s/@:]*:[^\s/@]+)@/i;
const queryPart = /[?&][\w-]*(?:token|key|secret|password)=([^&\s]+)/i;

// With a quote in the wrong place, a piece of the file becomes one text.
const misread = new RegExp(`(?:cred|${secretKey.source})[\\w-]*["']?\\s*[:=]`, 'i');

/** Whether a piece of text speaks of secrets or looks like one; rather too often than not. */
export function isSecretText(text: string): boolean {
  return /cred|:\S*@|[?&]\S+=|\\[xu]/i.test(text) || secretKey.test(text) || tokenForm.test(text);
}

/** Where words stand that look like made by chance, as most secrets do; for what nothing else gives away. */
export function randomWords(text: string): readonly (readonly [from: number, to: number])[] {
  return [...text.matchAll(/\w{10,}/g)]
    .filter(([word]) => isRandom(word))
    .map(({ index, 0: word }) => [index, index + word.length] as const);
}

function isRandom(word: string): boolean {
  const isMixed = /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d.*\d/.test(word);
  return /(?:[a-z_]+\d+){3}/i.test(word) || (word.length >= 20 && isMixed);
}

const howToMend =
  'Put it into an environment variable and write { env: PACKS_TOKEN }, or into a file and write { file: /path/to/it }.';

function visitScalar(walk: Walk, node: Scalar, mode: Mode): void {
  const value = String(node.value ?? '');
  if (value === '') return;
  const text = mode === 'hidden' ? undefined : complaint(value, mode);
  if (mode !== 'hidden' && text === undefined && !misread.test(value)) return;
  const inUrl = secretInUrl(value);
  hide(walk, node, inUrl ?? value);
  if (text !== undefined && node.range) walk.findings.push({ offset: node.range[0], text });
}

function complaint(value: string, mode: Mode): string | undefined {
  if (mode === 'source' || tokenForm.test(value))
    return `Here stands a secret, which may not be in the file. ${howToMend}`;
  if (mode === 'credentials')
    return `This takes a map, such as { token: { env: PACKS_TOKEN } }; never a secret itself.`;
  if (secretInUrl(value) === undefined) return undefined;
  return 'This URL holds a secret or a user name. Take it out, and put the secret under credentials: { token: { env: PACKS_TOKEN } }, the name under username.';
}

// How Teams names a conversation.
const conversation = /^\d{1,3}:[\w-]{1,100}@thread\.\w{1,10}$/;

/** The part of a URL that may not be there; an SSH user without a password may. */
function secretInUrl(value: string): string | undefined {
  if (conversation.test(value)) return undefined;
  const query = queryPart.exec(value)?.[1];
  if (query !== undefined) return query;
  const match = userPart.exec(value);
  const user = match?.[1] ?? match?.[2];
  const isSsh = /^(?:git\+)?ssh:/i.test(value);
  return user === undefined || (isSsh && !user.includes(':')) ? undefined : user;
}

function hide(walk: Walk, node: Scalar, value: string): void {
  if (node.range) walk.hidden.push([node.range[0], node.range[1]]);
  const source = node.range ? walk.tree.text.slice(node.range[0], node.range[1]) : '';
  const colon = value.indexOf(':');
  const parts = [value, value.slice(colon + 1), ...value.split('\n'), ...source.split('\n')];
  for (const part of parts) if (part.trim().length >= 4) walk.values.add(part.trim());
}
