import type { Config } from '../config/config.js';
import type { About } from '../core/about.js';
import { decide, mayEver } from '../core/access-decide.js';
import type { Actor, Origin } from '../core/actor.js';
import type { Clock } from '../core/clock.js';
import type { CommandName } from '../core/commands.js';
import { refuse } from '../core/reason.js';
import type { Redactor } from '../core/redact.js';
import { ok, type Result, refused } from '../core/result.js';
import type { Deployments } from '../deployments/service.js';
import type { AskContext } from './asker.js';
import type { Asking, Command } from './commands/command.js';
import { commandTable } from './commands/table.js';
import type { ReplyContext } from './render/context.js';
import { mentionsOn } from './render/mentions.js';
import { withoutUser } from './shown-url.js';

/** What a question is answered from. */
export interface AskingDeps {
  readonly config: () => Config;
  readonly deployments: Deployments;
  readonly createLoginLink: (actor: Actor) => Promise<string>;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly url: (deployment: number) => string;
  readonly mention?: (actor: Actor) => string | undefined;
}

/** How things are worded where somebody asks. */
export function contextOf(
  { config, url, clock, ...deps }: Pick<AskingDeps, 'config' | 'url' | 'clock' | 'mention'>,
  origin: Origin | undefined,
): ReplyContext {
  const { timeZone, access } = config();
  const mention = deps.mention ?? (origin && mentionsOn(origin.platform, access.people));
  return {
    url,
    now: clock.now(),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(mention === undefined ? {} : { mention }),
  };
}

/** A question with who asks it, and what they may see. */
export function askingOf(deps: AskingDeps, command: Command, context: AskContext): Asking {
  const { actor, origin, isUnproved, seesAll = false } = context;
  const config = deps.config();
  const speaker = origin === undefined ? { actor } : { actor, channel: origin };
  return {
    ...speaker,
    ...(isUnproved ? { isUnproved } : {}),
    ...(origin === undefined ? {} : { origin }),
    config,
    deployments: deps.deployments,
    commands: commandTable,
    ...contextOf(deps, origin),
    createLoginLink: deps.createLoginLink,
    shownUrl: (url) => deps.redactor.text(withoutUser(url)),
    permit: (about) =>
      seesAll ? ok(undefined) : permit(config, { ...speaker, command: command.name }, about),
    mayEver: (other) => seesAll || mayEver(config.access, { ...speaker, command: other.name }),
  };
}

interface Speaker {
  readonly actor: Actor;
  readonly channel?: Origin;
  readonly command: CommandName;
}

function permit(config: Config, speaker: Speaker, about: About): Result<void> {
  const decision = decide(config.access, { ...speaker, ...about });
  if (decision.allowed) return ok(undefined);
  return refused(refuse('access-denied', { rule: decision.rule, whoCan: [...decision.whoCan] }));
}
