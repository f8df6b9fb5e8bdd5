import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import type { Clock } from '../../../core/clock.js';

/** What a token says. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who may speak for a platform, and to whom. */
export interface TokenRules {
  /** The address of the OpenID metadata, which names the issuer and where its keys are. */
  readonly metadataUrl: string;
  /** The app's id, to which a token has to be made out. */
  readonly audience: string;
  readonly clock: Clock;
}

/** What a token is held against, of what was posted with it. */
export interface Posted {
  /** What else its claims have to hold; tells what is wrong. */
  readonly also?: (claims: Claims) => string | undefined;
  readonly serviceUrl?: string;
  readonly channelId?: string;
}

type Key = JsonWebKey & { readonly kid?: string; readonly endorsements?: readonly string[] };

interface Trusted {
  readonly issuer: string;
  readonly keys: readonly Key[];
  readonly readAt: number;
}

const skewMs = 5 * 60_000;
const trustMs = 24 * 60 * 60_000;
const askAgainMs = 60_000;
const requestMs = 10_000;

/**
 * Makes what proves the token of a post: signed by one of the keys that are published, by their issuer, for this app, in time.
 * Where a key is endorsed for channels, and a post names its service, as the Bot Framework's do, those have to fit, too.
 * @returns why a token proves nothing; undefined when it does. Throws when the keys can't be read.
 */
export function createTokenCheck(rules: TokenRules) {
  let trusted: Trusted | undefined;

  async function keyOf(kid: string): Promise<{ readonly issuer: string; readonly key: Key | undefined }> {
    const now = rules.clock.now().getTime();
    const age = now - (trusted?.readAt ?? 0);
    const isKnown = trusted?.keys.some((key) => key.kid === kid) === true;
    // An unknown key may be a new one, but nobody shall make us ask for each post.
    if (trusted === undefined || age > trustMs || (!isKnown && age > askAgainMs))
      trusted = await readTrusted(rules.metadataUrl, now);
    return { issuer: trusted.issuer, key: trusted.keys.find((key) => key.kid === kid) };
  }

  return async (authorization: string | null, posted: Posted): Promise<string | undefined> => {
    const token = partsOf(authorization);
    if (token === undefined) return 'there is no token';
    const { header, claims, signed, signature } = token;
    if (header.alg !== 'RS256' || typeof header.kid !== 'string') return 'it is not signed as it has to be';
    const { issuer, key } = await keyOf(header.kid);
    if (key === undefined) return 'its key is not known';
    if (!verify('RSA-SHA256', signed, createPublicKey({ key, format: 'jwk' }), signature))
      return 'the signature is wrong';
    return wrongIn(claims, { issuer, key, posted, rules });
  };
}

interface Held {
  readonly issuer: string;
  readonly key: Key;
  readonly posted: Posted;
  readonly rules: TokenRules;
}

function wrongIn(claims: Claims, { issuer, key, posted, rules }: Held): string | undefined {
  const now = rules.clock.now().getTime();
  const { iss, aud, nbf, exp, serviceurl } = claims;
  if (iss !== issuer) return 'it was issued by somebody else';
  if (aud !== rules.audience) return 'it was made out to somebody else';
  if (typeof exp !== 'number' || exp * 1_000 + skewMs < now) return 'its time is over';
  if (typeof nbf === 'number' && nbf * 1_000 - skewMs > now) return 'its time has not come';
  if (serviceurl !== posted.serviceUrl) return 'it is for another service';
  const also = posted.also?.(claims);
  if (also !== undefined) return also;
  const isEndorsed = key.endorsements === undefined || key.endorsements.includes(posted.channelId ?? '');
  return isEndorsed ? undefined : 'its key is not for this channel';
}

function partsOf(authorization: string | null) {
  const [, head, body, signature] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
  if (head === undefined || body === undefined || signature === undefined) return undefined;
  const header = parsed(head);
  const claims = parsed(body);
  if (header === undefined || claims === undefined) return undefined;
  return {
    header,
    claims,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

function parsed(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function readTrusted(metadataUrl: string, readAt: number): Promise<Trusted> {
  const metadata = await readJson(metadataUrl);
  if (typeof metadata.issuer !== 'string' || typeof metadata.jwks_uri !== 'string')
    throw new Error(`${metadataUrl} names no issuer and no keys`);
  const { keys } = await readJson(metadata.jwks_uri);
  if (!Array.isArray(keys)) throw new Error(`${metadata.jwks_uri} has no keys`);
  return { issuer: metadata.issuer, keys, readAt };
}

async function readJson(url: string): Promise<Claims> {
  const response = await fetch(url, { signal: AbortSignal.timeout(requestMs) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return { ...((await response.json()) as object) };
}
