import { z } from 'zod';
import type { HostNews, PushedCommit, RawDelivery, RefChange } from '../../core/host.js';
import { parseJson } from '../../core/json.js';
import type { Pusher } from '../../core/pusher.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';

/** Reads a delivery of one event; what is told to people names the host and the event. */
export type Reader = (
  delivery: RawDelivery,
  told: { host: string; event: string },
) => Result<readonly HostNews[]>;

/** A reader of a body of a certain shape. */
export function reading<S extends z.ZodType>(
  schema: S,
  newsOf: (body: z.output<S>) => readonly HostNews[],
): Reader {
  return (delivery, told) => {
    const parsed = schema.safeParse(bodyOf(delivery));
    if (parsed.success) return ok(newsOf(parsed.data));
    const problem = problemOf(parsed.error);
    return refused(refuse('delivery-unreadable', { ...told, problem }));
  };
}

/** The JSON of a body; hosts may be told to post it as the field of a form. */
export function bodyOf({ headers, body }: RawDelivery): unknown {
  const text = Buffer.from(body).toString('utf8');
  const isForm = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return parseJson(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined || issue.path.length === 0) return 'the body is no such JSON';
  return `${issue.path.join('.')}: ${issue.message.replace(/\.$/, '')}`;
}

/** A commit's full SHA. */
export const fullSha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i, 'no full SHA');

/** A text that may be missing, null or empty. */
export const maybeText = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === '' ? undefined : text));

/** A user's id as text; undefined where there is none. No delivery is worth less for lacking it. */
export const maybeId = z
  .union([z.string(), z.number().int()])
  .nullish()
  .catch(undefined)
  .transform((id) => (id === null || id === undefined || id === '' ? undefined : `${id}`));

/** A time as hosts write it, in milliseconds or as text; undefined when it is none. */
export const maybeTime = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((given) => {
    const time = new Date(given ?? Number.NaN);
    return Number.isNaN(time.getTime()) ? undefined : time;
  });

/** The first time that is known; without any, the beginning of time, so that every later fact counts. */
export function firstTime(...times: readonly (Date | undefined)[]): Date {
  return times.find((time) => time !== undefined) ?? new Date(0);
}

/** A ref's change as most hosts tell it: its whole name, and a SHA of zeros where there was or is nothing. */
export interface WrittenChange {
  readonly ref: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly isForced?: boolean | undefined;
  /** Commits of which one may be the newest. */
  readonly commits?: readonly (PushedCommit | undefined)[];
}

/** The change of a branch or a tag; nothing for other refs. */
export function refChange(written: WrittenChange): readonly RefChange[] {
  const [, folder, name] = /^refs\/(heads|tags)\/(.+)$/.exec(written.ref) ?? [];
  if (name === undefined) return [];
  const before = existing(written.before);
  const after = existing(written.after);
  const head = written.commits?.find((commit) => commit !== undefined && commit.sha === after);
  return [
    {
      kind: folder === 'heads' ? 'branch' : 'tag',
      name,
      how: after === undefined ? 'deleted' : before === undefined ? 'created' : 'moved',
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(written.isForced === undefined ? {} : { isForced: written.isForced }),
      ...(head === undefined ? {} : { head }),
    },
  ];
}

function existing(sha: string | undefined): string | undefined {
  return sha === undefined || /^0*$/.test(sha) ? undefined : sha.toLowerCase();
}

/** Who pushed, as far as the host tells; undefined when it names nobody. */
export function pusherNamed(told: {
  readonly name?: string | undefined;
  readonly login?: string | undefined;
  readonly id?: string | undefined;
}): Pusher | undefined {
  const { login, id, name = login } = told;
  if (name === undefined) return undefined;
  return { name, ...(login === undefined ? {} : { login }), ...(id === undefined ? {} : { id }) };
}

/** The addresses that are there. */
export function known(urls: readonly (string | undefined)[]): readonly string[] {
  return urls.filter((url) => url !== undefined);
}

/** Reads a delivery by its event; an event that nothing reads is none of our business. */
export function readEvent(
  readers: ReadonlyMap<string, Reader>,
  delivery: RawDelivery,
  told: { host: string; event: string },
): Result<readonly HostNews[]> {
  const reader = readers.get(told.event);
  return reader === undefined ? ok([{ kind: 'none', what: told.event }]) : reader(delivery, told);
}
