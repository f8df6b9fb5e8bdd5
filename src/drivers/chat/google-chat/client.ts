import { sign } from 'node:crypto';
import { GoogleChatAdapter, type GoogleChatAdapterConfig } from '@chat-adapter/gchat';
import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';
import type { Clock } from '../../../core/clock.js';
import { createTokenCheck } from '../sdk/token.js';

/** A service account, as Google gives it in a file. */
interface ServiceAccount {
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
}

/** How Google Chat is called. */
export interface GoogleClientOptions {
  /** The service account's file, as text. */
  readonly credentials: () => Promise<string>;
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly metadataUrl: string;
  readonly clock: Clock;
}

type Answer = Readonly<Record<string, unknown>>;

const callMs = 15_000;
const hourS = 3_600;
const usualPauseMs = 10_000;
/** What will be refused again: no such space, the app is not in it, the message is gone or too long. */
const never = new Set([400, 403, 404]);

/** The SDK's adapter, but that keys and tokens are ours: its own come from addresses that can't be changed. */
export class GoogleChatClient extends GoogleChatAdapter {
  readonly #options: GoogleClientOptions;
  readonly #check: ReturnType<typeof createTokenCheck>;
  #token: { readonly value: string; readonly until: number } | undefined;

  constructor(
    config: GoogleChatAdapterConfig & { readonly endpointUrl: string },
    options: GoogleClientOptions,
  ) {
    super(config);
    const { metadataUrl, clock } = options;
    this.#options = options;
    this.#check = createTokenCheck({ metadataUrl, audience: config.endpointUrl, clock });
  }

  /** Calls the API. @throws ChatRateLimited, ChatUndeliverable, or another error for what may be tried again */
  async call(method: 'POST' | 'PATCH', path: string, body: object): Promise<Answer> {
    const response = await fetch(`${this.#options.apiUrl}/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#accessToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(callMs),
    });
    if (response.ok) return { ...((await response.json()) as object) };
    if (response.status === 401) this.#token = undefined;
    throw errorOf(response, await response.text());
  }

  async #accessToken(): Promise<string> {
    const now = Math.floor(this.#options.clock.now().getTime() / 1_000);
    if (this.#token === undefined || this.#token.until <= now) {
      const account = JSON.parse(await this.#options.credentials()) as ServiceAccount;
      this.#token = { value: await fetchToken(account, now), until: now + hourS / 2 };
    }
    return this.#token.value;
  }

  protected override async verifyBearerToken(
    ...[request, , isOfChat]: Parameters<GoogleChatAdapter['verifyBearerToken']>
  ): Promise<boolean> {
    const wrong = await this.#check(request.headers.get('authorization'), {
      also: ({ iss, email, email_verified: isVerified }) => {
        const claims = { iss: String(iss), email: String(email), email_verified: isVerified === true };
        return isOfChat(claims) ? undefined : 'it is of somebody else';
      },
    });
    if (wrong !== undefined) this.logger.warn('a post that proves nothing was refused', { reason: wrong });
    return wrong === undefined;
  }
}

/** Gets a token for a service account, which proves itself by its key. */
async function fetchToken(account: ServiceAccount, now: number): Promise<string> {
  const claims = {
    iss: account.client_email,
    scope: 'https://www.googleapis.com/auth/chat.bot',
    aud: account.token_uri,
    iat: now,
    exp: now + hourS,
  };
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('RSA-SHA256', Buffer.from(signed), account.private_key).toString('base64url');
  const response = await fetch(account.token_uri, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${signed}.${signature}`,
    }),
    signal: AbortSignal.timeout(callMs),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (!response.ok || token === undefined) throw new Error(`Google gives no token: ${response.status}`);
  return token;
}

function errorOf({ status, headers }: Response, body: string): Error {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  if (status === 429)
    return new ChatRateLimited('google-chat', Number.isFinite(seconds) ? seconds * 1_000 : usualPauseMs);
  const said = `Google Chat answers ${status}: ${/"message":\s*"([^"]{1,200})"/.exec(body)?.[1] ?? 'nothing more'}`;
  return never.has(status) ? new ChatUndeliverable(said) : new Error(said);
}
