import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from '../../chat/answer.js';
import type { About } from '../../core/about.js';
import { decide } from '../../core/access-decide.js';
import { packtrainItself } from '../../core/actor.js';
import type { Caller } from '../../core/api-key.js';
import type { CommandName } from '../../core/commands.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { LineContext } from '../deps.js';
import type { Answering } from './route.js';
import {
  type ApiDeps,
  type Asked,
  type Outcome,
  type Route,
  type RouteText,
  route,
  type Taking,
} from './route.js';
import { accountOrName } from './schemas/requests.js';
import { speakerOf } from './speaker.js';

/** In whose eyes something is read: the rules may hide things from them. */
export interface Viewer {
  /** Whether a command would tell them of something. */
  sees(command: CommandName, about: About): boolean;
  /** What a command of the chat answers them; refused as it refuses. */
  ask(command: CommandName, values: Readonly<Record<string, string | undefined>>): Promise<Result<Answer>>;
}

const as = accountOrName
  .optional()
  .describe('In whose eyes; the key’s own unless given. The local key then sees everything.');

type WithAs<Q extends z.ZodRawShape> = z.ZodObject<Q & { as: typeof as }>;

/** Declares a route that reads: its answer is what the rules let the asker see. */
export function reading<
  P extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Q extends z.ZodRawShape = Record<never, never>,
>(
  spec: Omit<RouteText, 'method'> &
    Pick<Taking<P, z.ZodObject, z.ZodUndefined>, 'params'> & {
      readonly query?: Q;
      readonly answer: Answering;
    },
  handle: (
    asked: Asked<P, WithAs<Q>, z.ZodUndefined> & { viewer: Viewer },
    deps: ApiDeps,
  ) => Promise<Outcome>,
): Route {
  const query = z.object({ ...spec.query, as }) as WithAs<Q>;
  return route({ ...spec, method: 'get', query }, async (asked, deps) => {
    const viewer = viewerOf(asked.caller, z.object({ as }).parse(asked.query), deps);
    return viewer.ok ? handle({ ...asked, viewer: viewer.value }, deps) : viewer;
  });
}

/** Finds out in whose eyes a request reads. */
function viewerOf(
  caller: Caller,
  named: { readonly as?: string | undefined },
  deps: ApiDeps,
): Result<Viewer> {
  const key = `read:${randomUUID()}`;
  const people = deps.access?.().people;
  if (people === undefined || (caller.kind === 'local' && named.as === undefined))
    return ok(viewerIn(deps, { actor: packtrainItself, via: 'cli', key, seesAll: true }, () => true));
  const speaker = speakerOf(caller, named, people);
  if (!speaker.ok) return speaker;
  const { actor } = speaker.value;
  // By the rules as they are when something is to be shown: a stream may be older.
  const sees = (command: CommandName, about: About) => {
    const access = deps.access?.();
    return access !== undefined && decide(access, { actor, command, ...about }).allowed;
  };
  return ok(viewerIn(deps, { ...speaker.value, key }, sees));
}

function viewerIn(deps: ApiDeps, context: LineContext, sees: Viewer['sees']): Viewer {
  return {
    sees,
    async ask(command, values) {
      const given = Object.entries(values).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      );
      const answer = await deps.runCommand(command, Object.fromEntries(given), context);
      // Some have something to show though a part of it is refused.
      return answer.refusal === undefined || answer.data !== undefined ? ok(answer) : refused(answer.refusal);
    },
  };
}

/** The data of an answer. */
export async function dataOf(asked: ReturnType<Viewer['ask']>): Promise<Result<object>> {
  const answer = await asked;
  return answer.ok ? ok(z.looseObject({}).parse(answer.value.data)) : answer;
}
