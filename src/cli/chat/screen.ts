import { clearScreenDown, cursorTo, type Interface, moveCursor } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { CliContext } from '../context.js';

/** Prints messages above the line that somebody is typing. */
export interface Screen {
  /** Prints a message; with the key of the last one it is drawn anew in its place. */
  print(key: string, text: string): void;
  /** Whether the message with this key is the last that was printed. */
  isLast(key: string): boolean;
  /** What was typed has been sent, so it stands between the messages and those to come. */
  lineSent(): void;
}

/** Makes the screen around a readline prompt. */
export function createScreen(prompt: Interface, context: CliContext): Screen {
  const output = context.stdout as NodeJS.WritableStream & { readonly columns?: number };
  let last: { readonly key: string; readonly rows: number } | undefined;

  function print(key: string, text: string): void {
    const typedRows = prompt.getCursorPos().rows;
    const isRedrawn = last?.key === key;
    moveCursor(output, 0, -(typedRows + (isRedrawn ? (last?.rows ?? 0) : 0)));
    cursorTo(output, 0);
    clearScreenDown(output);
    // Readline goes up by the rows of what is typed before it draws that again.
    output.write(`${text}\n${'\n'.repeat(typedRows)}`);
    prompt.prompt(true);
    last = { key, rows: rowsOf(text, output.columns ?? 80) };
  }

  return {
    print,
    isLast: (key) => last?.key === key,
    lineSent: () => {
      last = undefined;
    },
  };
}

/** How many rows a text takes on a terminal of this width. */
export function rowsOf(text: string, columns: number): number {
  return stripVTControlCharacters(text)
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
}

// Pictures and East Asian letters take two columns.
const wide = /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

function widthOf(line: string): number {
  return [...line].reduce((width, char) => width + (wide.test(char) ? 2 : 1), 0);
}
