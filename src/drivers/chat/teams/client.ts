import { callTeamsConnectorApi, resolveTeamsAccessToken, TeamsApiError } from '@chat-adapter/teams/api';
import { ChatRateLimited, ChatUndeliverable } from '../../../core/chat.js';
import type { Clock } from '../../../core/clock.js';

/** How the connector is called. */
export interface TeamsClientOptions {
  readonly appId: string;
  readonly tenantId: string;
  readonly password: () => Promise<string>;
  readonly loginUrl: string;
  readonly clock: Clock;
}

/** A call of the connector, at the service that a conversation belongs to. */
export interface ConnectorCall {
  readonly serviceUrl: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
}

type Answer = Readonly<Record<string, unknown>>;

// Tokens last for an hour or more; a changed password is used from then on.
const tokenMs = 10 * 60_000;
const callMs = 15_000;
const usualPauseMs = 10_000;
/** What will be refused again: the bot is not there, the message is gone, or too long. */
const never = new Set([400, 403, 404, 413]);

/** Calls the Bot Framework's connector, only at addresses that are its own. */
export function createTeamsClient({ appId, tenantId, password, loginUrl, clock }: TeamsClientOptions) {
  let token: { readonly value: string; readonly until: number } | undefined;

  async function accessToken(): Promise<string> {
    const now = clock.now().getTime();
    if (token === undefined || token.until <= now) {
      const value = await resolveTeamsAccessToken({
        credentials: { appId, appPassword: await password(), tenantId },
        tokenUrl: `${loginUrl}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
        fetch: inTime,
      });
      token = { value, until: now + tokenMs };
    }
    return token.value;
  }

  /** @throws ChatRateLimited, ChatUndeliverable, or another error for what may be tried again */
  return async (call: ConnectorCall): Promise<Answer> => {
    try {
      const credentials = { accessToken: await accessToken() };
      const { body } = await callTeamsConnectorApi({ ...call, credentials, fetch: limited });
      return typeof body === 'object' && body !== null ? { ...body } : {};
    } catch (error) {
      if (error instanceof TeamsApiError && error.status === 401) token = undefined;
      throw understood(error);
    }
  };
}

function understood(error: unknown): unknown {
  if (!(error instanceof TeamsApiError)) return error;
  const { status, body, message } = error;
  const said = `Teams answers ${status ?? 'nothing'}: ${reasonIn(body) ?? message}`;
  return never.has(status ?? 0) ? new ChatUndeliverable(said) : new Error(said, { cause: error });
}

const inTime: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(callMs) });

// The SDK's error has lost the header.
const limited: typeof fetch = async (input, init) => {
  const response = await inTime(input, init);
  if (response.status !== 429) return response;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new ChatRateLimited('teams', Number.isFinite(seconds) ? seconds * 1_000 : usualPauseMs);
};

function reasonIn(body: unknown): string | undefined {
  const { error }: { error?: unknown } = typeof body === 'object' && body !== null ? body : {};
  const { code }: { code?: unknown } = typeof error === 'object' && error !== null ? error : {};
  return typeof code === 'string' ? code : undefined;
}
