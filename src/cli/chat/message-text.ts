import { elapsed } from '../../core/elapsed.js';
import type { RoomMessage } from '../contract.js';
import { renderMarkdown } from '../markdown.js';
import { progressBar } from '../status-line.js';
import type { Style } from '../style.js';

const barWidth = 20;

/** A message as a terminal shows it, with its bar while something is under way. */
export function styledMessage(message: RoomMessage, now: number, style: Style): string {
  const author = message.fromBot ? style.green(style.bold(message.author)) : style.cyan(message.author);
  const text = renderMarkdown(message.text, style);
  const whisper = message.whisper === true ? style.dim(' (only you see this)') : '';
  return withBar(`${author}${whisper}: ${text}`, message, now);
}

/** A message in a transcript, as it was said: what chat marks up stays marked up. */
export function plainMessage(message: RoomMessage, isEdit: boolean, now: number): string {
  return withBar(`${message.author}${isEdit ? ' (edit)' : ''}: ${message.text}`, message, now);
}

function withBar(text: string, message: RoomMessage, now: number): string {
  const { progress } = message;
  if (progress === undefined || progress === null) return text;
  const until = progress.until == null ? now : Date.parse(progress.until);
  const bar = progressBar(progress.done, progress.total, barWidth);
  const time = elapsed(until - Date.parse(progress.since));
  return `${text}\n${bar} ${progress.done}/${progress.total} ${time}`;
}
