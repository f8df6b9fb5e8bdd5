import { packtrainItself } from '../../core/actor.js';
import type { Progress } from '../../core/chat.js';
import type { RoomMessage, Whisper } from '../../core/room.js';
import { Markdown } from '../markdown.js';
import { Locomotive } from './shell.js';
import { ClockTime, Elapsed } from './time.js';

/** What a message needs beside itself. */
export interface MessageContext {
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** One message of a room. Its id stays the same through all its edits. */
export function Message({
  message,
  context,
}: {
  readonly message: RoomMessage;
  readonly context: MessageContext;
}) {
  const { author, fromBot, platform } = message;
  return (
    <li
      id={`m${message.id}`}
      class={fromBot ? 'message bot' : 'message'}
      data-ended={isRunning(message.progress) ? undefined : 'true'}
    >
      <Avatar name={author.name} isBot={fromBot} />
      <div class="meta">
        <span class="author">{author.name}</span>
        {platform === 'terminal' && !fromBot && <span class="from">terminal</span>}
        <ClockTime at={message.postedAt} timeZone={context.timeZone} />
      </div>
      <div class="text">
        <Markdown text={message.text} />
      </div>
      <Journey message={message} now={context.now} />
    </li>
  );
}

function isRunning(progress: Progress | undefined): boolean {
  return progress !== undefined && progress.until === undefined;
}

/** How far a deployment is, how long it takes, and where to read more. */
function Journey({ message, now }: { message: RoomMessage; now: Date }) {
  const { progress, deployment } = message;
  if (progress === undefined && deployment === undefined) return null;
  return (
    <div class={isRunning(progress) ? 'journey running' : 'journey'}>
      {progress && <progress max={Math.max(1, progress.total)} value={progress.done} aria-label="Progress" />}
      {progress && <Elapsed since={progress.since} until={progress.until} now={now} />}
      {deployment !== undefined && (
        <a href={`/deployments/${deployment}`} aria-label={`Deployment ${deployment}`}>
          #{deployment}
        </a>
      )}
    </div>
  );
}

/** Something that only its reader sees. */
export function WhisperMessage({
  whisper,
  context,
}: {
  readonly whisper: Whisper;
  readonly context: MessageContext;
}) {
  return (
    <li id={`w${hashOf(whisper.key)}-${whisper.at.getTime()}`} class="message bot whisper" data-ended="true">
      <Avatar name={packtrainItself.name} isBot />
      <div class="meta">
        <span class="author">{packtrainItself.name}</span>
        <span class="from">only you see this</span>
        <ClockTime at={whisper.at} timeZone={context.timeZone} />
      </div>
      <div class="text">
        <Markdown text={whisper.text} />
      </div>
    </li>
  );
}

const colours = 8;

function Avatar({ name, isBot }: { name: string; isBot: boolean }) {
  if (isBot) {
    return (
      <span class="avatar bot" aria-hidden="true">
        <Locomotive />
      </span>
    );
  }
  const initial = [...name.trim()][0] ?? '?';
  return (
    <span class={`avatar colour-${hashOf(name) % colours}`} aria-hidden="true">
      {initial.toUpperCase()}
    </span>
  );
}

/** A small number for a text, the same each time. */
function hashOf(text: string): number {
  let hash = 7;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 2_147_483_647;
  return hash;
}
