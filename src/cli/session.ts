import type { Refusal } from '../core/reason.js';
import { type Client, connect } from './client.js';
import type { CliContext } from './context.js';
import type { CommandAnswer } from './contract.js';
import { renderMarkdown } from './markdown.js';
import type { CliOptions } from './options.js';
import { type Failure, failureOf, type Outcome } from './outcome.js';
import { type Style, styleOf } from './style.js';

/** One run of one command: where it runs, how it was called, and how it speaks. */
export interface Session {
  readonly context: CliContext;
  readonly options: CliOptions;
  /** The style of standard output. */
  readonly style: Style;
  /** Prints a line to standard output. */
  print(line: string): void;
  /** Prints one JSON value on a line of its own. */
  json(value: unknown): void;
  /** Prints chat Markdown as it suits the output. */
  markdown(text: string): void;
  /** Says something beside the result, on standard error. */
  note(line: string): void;
  /** Says what went wrong; gives the exit code. */
  fail(failure: Failure): number;
  /** The same for a refusal made here. */
  refuse(refusal: Refusal): number;
  /** The running server, or the failure that there is none. */
  connect(): Promise<Outcome<Client>>;
}

/** Begins a session. */
export function createSession(context: CliContext, options: CliOptions): Session {
  const style = styleOf(context.stdout, context.env);
  const errorStyle = styleOf(context.stderr, context.env);
  const { stdout, stderr, redactor } = context;
  const print = (line: string) => void stdout.write(`${redactor.text(line)}\n`);
  const json = (value: unknown) => void stdout.write(`${JSON.stringify(redactor.json(value))}\n`);
  const note = (line: string) => void stderr.write(`${redactor.text(line)}\n`);

  function fail(failure: Failure): number {
    if (options.json) json({ error: failure });
    else note(worded(failure, errorStyle));
    return failure.exitCode;
  }

  return {
    context,
    options,
    style,
    print,
    json,
    note,
    fail,
    markdown: (text) => print(renderMarkdown(text, style)),
    refuse: (refusal) => fail(failureOf(refusal)),
    connect: () => connect({ fetch: context.fetch, data: options.data }),
  };
}

function worded({ what, next }: Failure, style: Style): string {
  const text = next === '' ? what : `${what}\n${next}`;
  return `${style.red('packtrain:')} ${renderMarkdown(text, style)}`;
}

/** Prints what a command answered; gives the exit code. */
export function showAnswer(session: Session, answer: CommandAnswer): number {
  if (session.options.json) session.json(answer);
  else if (answer.refusal === undefined) session.markdown(answer.text);
  else return session.fail(answer.refusal);
  return answer.refusal?.exitCode ?? 0;
}
