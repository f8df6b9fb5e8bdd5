import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.js';
import type { Actor, Origin } from '../core/actor.js';
import type { ChatAdapter, IncomingMessage } from '../core/chat.js';
import type { Clock } from '../core/clock.js';
import type { CommandName } from '../core/commands.js';
import { ownPlatforms } from '../core/identity.js';
import {
  type ActingIntent,
  type ConfirmIntent,
  type Intent,
  isDeploying,
  type RewordIntent,
} from '../core/intent.js';
import type { Log } from '../core/log.js';
import { packName } from '../core/pack-names.js';
import { refuse } from '../core/reason.js';
import type { Redactor } from '../core/redact.js';
import type { Result } from '../core/result.js';
import type { Accepted, Deployments } from '../deployments/service.js';
import type { Answer } from './answer.js';
import { type AskContext, changeRefused, linkRefused, loginRefused } from './asker.js';
import { askingOf, contextOf } from './asking.js';
import { refusal } from './commands/about.js';
import type { Asking, Command, Values } from './commands/command.js';
import { commandTable } from './commands/table.js';
import { heardPhrase } from './heard.js';
import { heardRewording } from './heard-rewording.js';
import { type Parsed, parseLine } from './parse/parse.js';
import { readPress } from './press.js';
import { renderActed } from './render/acted.js';
import { renderDeployment } from './render/deployment.js';
import { renderAsked } from './render/small.js';

/** What the dispatcher works with. */
export interface DispatcherDeps {
  readonly config: () => Config;
  readonly deployments: Deployments;
  readonly createLoginLink: (actor: Actor) => Promise<string>;
  /** The chats, by platform. */
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly clock: Clock;
  /** The address of a deployment's page. */
  readonly url: (deployment: number) => string;
  /** How a person is called so that they notice; as the platform in question does it unless given. */
  readonly mention?: (actor: Actor) => string | undefined;
  /** Whether the server stops; what is not answered by then is asked again after the next start. */
  readonly isStopping?: () => boolean;
}

/** A line with who said it where. */
export type Spoken = Pick<IncomingMessage, 'text' | 'addressed' | 'author' | 'origin'>;

/** Takes what people say to the bot, and answers. */
export interface Dispatcher {
  /** Runs a line that was certainly meant for the bot; it needs no prefix. Never throws. */
  runLine(line: string, context: AskContext): Promise<Answer>;
  /** Runs a command by its name, with what a line would give it. Never throws. */
  runCommand(name: CommandName, values: Values, context: AskContext): Promise<Answer>;
  /** Runs an intent. Never throws. */
  runIntent(intent: Intent, context: AskContext): Promise<Answer>;
  /** Answers a line of a chat, if it was for the bot. Throws only when the server stops before. */
  handle(message: IncomingMessage): Promise<void>;
  /** Whether a line of Packtrain's own rooms gets an answer: a command does, and a phrase that is asked for. */
  isForBot(message: Spoken): Promise<boolean>;
}

/** An answer, and whether the reply to a deployment says it all so that chat needs no message of its own. */
interface Outcome {
  readonly answer: () => Promise<Answer>;
  readonly isRepliedTo: boolean;
}

/** Makes the dispatcher. Its methods may be passed on without it. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  return {
    runLine: (line, context) =>
      guarded(deps, context, async () => {
        const spoken = { addressed: true, isShared: false };
        return (
          await run(deps, parseLine(deps.redactor.text(line), deps.config(), spoken), context)
        ).answer();
      }),
    runCommand: (name, values, context) =>
      guarded(deps, context, async () => {
        const command = commandTable.find((one) => one.name === name);
        if (command === undefined) throw new Error(`no row of the table is called ${name}`);
        return (await run(deps, { kind: 'command', command, values }, context)).answer();
      }),
    runIntent: (intent, context) =>
      guarded(deps, context, async () => (await request(deps, intent, context)).answer()),
    handle: (message) => handle(deps, message),
    isForBot: async (message) => {
      const { text, addressed } = message;
      const parsed = parseLine(text, deps.config(), { addressed, isShared: false });
      return parsed.kind !== 'not-for-bot' || (await hear(deps, message)) !== undefined;
    },
  };
}

async function handle(deps: DispatcherDeps, message: IncomingMessage): Promise<void> {
  if (message.fromSelf) return;
  const { id, author: actor, origin, pressed } = message;
  const unproved = message.isUnproved ? { isUnproved: true as const } : {};
  const context = {
    ...{ actor, origin, via: 'chat' as const, key: `chat:${origin.platform}:${id}` },
    ...unproved,
    ...(deps.adapters.get(origin.platform)?.capabilities.isOverheard ? { isOverheard: true as const } : {}),
  };
  if (pressed !== undefined) return await press(deps, message, { value: pressed, context });
  let isRepliedTo = false;
  const answer = await guarded(deps, context, async () => {
    const isShared = !ownPlatforms.some((platform) => platform === origin.platform);
    const line = deps.redactor.text(message.text);
    const parsed = parseLine(line, deps.config(), { addressed: message.addressed, isShared });
    const heard = parsed.kind === 'command' ? undefined : await hear(deps, message);
    if (parsed.kind === 'not-for-bot' && heard === undefined) {
      isRepliedTo = true;
      return { text: '' };
    }
    const outcome = await (heard === undefined ? run(deps, parsed, context) : act(deps, heard, context));
    isRepliedTo = outcome.isRepliedTo;
    return isRepliedTo ? { text: '' } : outcome.answer();
  });
  // What was cut off by the stop is no answer; whoever hands over lines does it again.
  if (deps.isStopping?.()) throw new Error('the server stops');
  if (!isRepliedTo) await say(deps, message, answer);
}

/** Does what a button asks for. What came of it shows where the button was; only whom it is refused is told so. */
async function press(
  deps: DispatcherDeps,
  message: IncomingMessage,
  { value, context }: { readonly value: string; readonly context: AskContext },
): Promise<void> {
  const answer = await guarded(deps, context, async () => {
    const read = await readPress(deps.deployments, value);
    const outcome = read.ok ? await request(deps, read.value, context) : said(refusal(read.refusal));
    return outcome.isRepliedTo ? { text: '' } : outcome.answer();
  });
  if (deps.isStopping?.()) throw new Error('the server stops');
  if (answer.refusal !== undefined) await say(deps, message, { ...answer, isPrivate: true });
}

/** Takes a line for a phrase, if a turn waits for one where it was said, or for other words for the news above it. */
async function hear(
  { config, deployments, redactor }: DispatcherDeps,
  { text, author, origin }: Spoken,
): Promise<Result<ConfirmIntent | RewordIntent> | undefined> {
  const { access, queue, chat } = config();
  const place = { origin, people: access.people, phrases: queue.phrases };
  const phrase = await heardPhrase(deployments, { ...place, text, speaker: author });
  // A line with the prefix was meant for a command, even if it is none.
  if (phrase !== undefined || text.trimStart().startsWith(chat.prefix)) return phrase;
  return await heardRewording(deployments, { origin, text: redactor.text(text) });
}

/** Says yes to the deployment whose phrase was said, or tells why not. */
async function act(
  deps: DispatcherDeps,
  heard: Result<ConfirmIntent | RewordIntent>,
  context: AskContext,
): Promise<Outcome> {
  return heard.ok ? request(deps, heard.value, context) : said(refusal(heard.refusal));
}

/** Posts an answer where it was asked for, or whispers it. */
async function say(
  deps: DispatcherDeps,
  { id, author, origin }: IncomingMessage,
  answer: Answer,
): Promise<void> {
  const message = { key: `answer:${id}`, text: answer.text };
  try {
    const adapter = deps.adapters.get(origin.platform);
    if (adapter === undefined) throw new Error(`there is no chat ${origin.platform}`);
    if (answer.isPrivate) await adapter.whisper(author, origin, message);
    else await adapter.post(origin, message);
  } catch (error) {
    deps.log.error({ err: error, message: id, platform: origin.platform }, 'an answer could not be posted');
  }
}

/** Makes an answer; whatever breaks is logged and apologized for, and nothing secret comes through. */
async function guarded(
  deps: DispatcherDeps,
  context: AskContext,
  make: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return cleaned(deps, await make());
  } catch (error) {
    const id = randomBytes(4).toString('hex');
    if (!deps.isStopping?.())
      deps.log.error({ err: error, errorId: id, key: context.key }, 'a command broke');
    return cleaned(deps, refusal(refuse('chat-broke', { error: id })));
  }
}

function cleaned({ redactor }: DispatcherDeps, answer: Answer): Answer {
  const { data, ...rest } = answer;
  // By way of JSON, so that it is the same for those in this process and those over the API.
  const plain = data === undefined ? {} : { data: JSON.parse(JSON.stringify(data)) as unknown };
  return redactor.json({ ...rest, ...plain });
}

async function run(deps: DispatcherDeps, parsed: Parsed, context: AskContext): Promise<Outcome> {
  if (parsed.kind === 'not-for-bot') throw new Error('a line that is for nobody was run');
  if (parsed.kind === 'near-miss') return said(refusal(parsed.refusal));
  const { command, values } = parsed;
  const asking = askingOf(deps, command, context);
  // A sign-in link is as good as the account.
  if (command.name === 'login') {
    const no = loginRefused(context);
    if (no !== undefined) return said(no);
  }
  if (command.kind === 'query') return said(await ask(command, withPackName(values), asking));
  const no = changeRefused(context);
  if (no !== undefined) return said(no);
  const intent = await command.intent(values, asking);
  return intent.ok ? request(deps, intent.value, context) : said(refusal(intent.refusal));
}

/** Asked about and shown by the name that the pack has, which is the one that access rules know. */
function withPackName(values: Values): Values {
  return values.pack === undefined ? values : { ...values, pack: packName(values.pack) };
}

async function ask(
  command: Extract<Command, { kind: 'query' }>,
  values: Values,
  asking: Asking,
): Promise<Answer> {
  const permitted = asking.permit({});
  return permitted.ok ? command.answer(values, asking) : refusal(permitted.refusal);
}

function said(answer: Answer): Outcome {
  return { answer: async () => answer, isRepliedTo: false };
}

/** Hands an intent to the one door. What it begins has a reply of its own, which is edited while it runs. */
async function request(deps: DispatcherDeps, intent: Intent, context: AskContext): Promise<Outcome> {
  const { actor, key, via, origin, byKey } = context;
  const no = changeRefused(context) ?? linkRefused(context, intent);
  if (no !== undefined) return said(no);
  const accepted = await deps.deployments.request({
    key,
    intent,
    requester: actor,
    via,
    ...(byKey === undefined ? {} : { apiKey: byKey.name }),
    ...(origin === undefined ? {} : { origin }),
  });
  if (!accepted.ok) return said({ ...refusal(accepted.refusal), ...onlyFor(intent) });
  if (isDeploying(intent))
    return { answer: () => begun(deps, accepted.value, origin), isRepliedTo: origin !== undefined };
  return said(await acted(deps, { intent, context }, accepted.value));
}

/** Whose account is whose, and the codes by which they are joined, are for one pair of eyes. */
function onlyFor({ kind }: Intent): Pick<Answer, 'isPrivate'> {
  return kind === 'link' || kind === 'unlink' ? { isPrivate: true } : {};
}

/** The answer to what acts upon deployments, borrows and locks that are there. */
async function acted(
  deps: DispatcherDeps,
  { intent, context }: { readonly intent: ActingIntent; readonly context: AskContext },
  accepted: Accepted,
): Promise<Answer> {
  const { deployment: number, borrow, lock, announcement, link } = accepted;
  const view = intent.kind === 'confirm' ? await deps.deployments.get(number) : undefined;
  const done = {
    intent,
    actor: context.actor,
    number,
    deployment: view?.deployment,
    borrow,
    lock,
    announcement,
    link,
  };
  const about = number === 0 ? {} : { deployment: number };
  return {
    text: renderActed(done, contextOf(deps, context.origin)),
    ...about,
    ...onlyFor(intent),
    data: accepted,
  };
}

async function begun(
  deps: DispatcherDeps,
  { deployment, ...accepted }: Accepted,
  origin: Origin | undefined,
): Promise<Answer> {
  const view = await deps.deployments.get(deployment);
  const text =
    view === undefined
      ? renderAsked(deployment, deps.url(deployment))
      : renderDeployment(view, contextOf(deps, origin)).text;
  return { text, deployment, data: { deployment, ...accepted } };
}
