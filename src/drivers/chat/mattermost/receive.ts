import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from '../../../core/chat.js';
import type { Clock } from '../../../core/clock.js';
import { parseJson } from '../../../core/json.js';
import type { Log } from '../../../core/log.js';
import type { SecretSource } from '../../../core/repository.js';
import { sameText } from '../../hosts/sign.js';
import { isOurs, isTriggered } from './proof.js';
import { platform } from './read.js';
import { asTyped, namesIn } from './text.js';
import { commandSchema, pressSchema } from './wire.js';

/** What is posted to us is taken with this. */
export interface ReceiverParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly secret: (source: SecretSource) => Promise<string>;
  /** The bot's. */
  readonly token: SecretSource;
  readonly slashTokens: readonly SecretSource[];
  /** The server's public key, where it has one. */
  readonly publicKey: () => string | undefined;
  /** The ids of accounts by their names. */
  readonly idsOf: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Where a command is answered that came from a channel: elsewhere, if the bot may not speak there. */
  readonly placeFor: (channel: string, userId: string) => Promise<string>;
  /** Keeps what was said; undefined before anybody listens. */
  readonly hear: () => ((message: IncomingMessage) => Promise<void>) | undefined;
}

/** Takes presses of buttons and slash commands: proves who sent them, and answers once they are kept. */
export function createReceiver(parts: ReceiverParts): (request: Request) => Promise<Response> {
  return async (request) => {
    const hear = parts.hear();
    if (hear === undefined) return new Response('not now', { status: 503 });
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '');
    const body = await request.text();
    return isForm ? await takeCommand(parts, body, hear) : await takePress(parts, body, hear);
  };
}

type Hear = (message: IncomingMessage) => Promise<void>;

async function takePress(parts: ReceiverParts, body: string, hear: Hear): Promise<Response> {
  const read = pressSchema.safeParse(parseJson(body));
  if (!read.success) return new Response('This is no press of a button.\n', { status: 400 });
  const {
    user_id: userId,
    user_name: name,
    channel_id: channel,
    post_id: post,
    trigger_id: trigger,
  } = read.data;
  const { value, proof } = read.data.context;
  if (!isOurs(await parts.secret(parts.token), { channel, value }, proof))
    return refused(parts, 'This button is not ours, or older than the token of the bot.');
  if (!isProved(parts, trigger, userId))
    return refused(
      parts,
      'This press is older than five minutes by the clock of this machine, or not signed by Mattermost.',
    );
  await hear({
    id: `press/${post}/${idOf(trigger)}`,
    text: '',
    pressed: value,
    author: { platform, userId, name },
    origin: { platform, channel, messageId: post },
    fromSelf: false,
    addressed: true,
  });
  return Response.json({});
}

/** The commands whose name says only that the rest is for the bot. */
const ownCommands = new Set(['/pack', '/packtrain']);

async function takeCommand(parts: ReceiverParts, body: string, hear: Hear): Promise<Response> {
  const read = commandSchema.safeParse(Object.fromEntries(new URLSearchParams(body)));
  if (!read.success) return new Response('This is no slash command.\n', { status: 400 });
  const { user_id: userId, user_name: name, command, text, trigger_id: trigger, root_id: root } = read.data;
  if (!(await hasToken(parts, read.data.token)))
    return refused(parts, 'The token of this command is not among `slash_tokens`.');
  if (!isProved(parts, trigger, userId))
    return refused(
      parts,
      'This command is older than five minutes by the clock of this machine, or not signed by Mattermost.',
    );
  const line = ownCommands.has(command) ? text : `${command.slice(1)} ${text}`;
  const channel = await parts.placeFor(read.data.channel_id, userId);
  const isElsewhere = channel !== read.data.channel_id;
  const id = `command/${idOf(trigger)}`;
  await hear({
    id,
    text: asTyped(line, '', await parts.idsOf(namesIn(line))).text,
    author: { platform, userId, name },
    origin: { platform, channel, messageId: id, ...(root === '' || isElsewhere ? {} : { thread: root }) },
    fromSelf: false,
    addressed: true,
  });
  const where = isElsewhere
    ? 'I may not speak here, so the answer comes in a direct message.'
    : 'The answer comes here.';
  return Response.json({ response_type: 'ephemeral', text: `Heard. ${where}` });
}

function refused({ log }: ReceiverParts, reason: string): Response {
  log.warn({ platform, reason }, 'a post that proves nothing was refused');
  return new Response(`${reason}\n`, { status: 401 });
}

async function hasToken({ secret, slashTokens }: ReceiverParts, given: string): Promise<boolean> {
  const tokens = await Promise.all(slashTokens.map(secret));
  // All are compared, whichever it is.
  return tokens.filter((token) => sameText(token, given)).length > 0;
}

/** Where the server has no key of its own, what it was given to keep has to do. */
function isProved({ publicKey, clock }: ReceiverParts, trigger: string, userId: string): boolean {
  const key = publicKey();
  return (
    key === undefined || isTriggered({ id: trigger, userId, publicKey: key, now: clock.now().getTime() })
  );
}

function idOf(trigger: string): string {
  return trigger === '' ? randomUUID() : createHash('sha256').update(trigger).digest('hex').slice(0, 32);
}
