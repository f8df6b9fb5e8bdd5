import { z } from 'zod';
import type { AccessPolicy, AccessQuestion } from '../core/access.js';
import { decide, mayEver } from '../core/access-decide.js';
import { type Actor, sameActor } from '../core/actor.js';
import type { CommandName } from '../core/commands.js';
import { personName } from '../core/identity.js';
import type { Intent } from '../core/intent.js';
import type { LockScope } from '../core/lock.js';

/** Who looks at a page. */
export interface Viewer {
  /** Whether an account is the viewer's own. */
  is(actor: Actor): boolean;
  /** Whether the viewer might do something at all; the request itself is asked about again. */
  may(command: CommandName): boolean;
  /** Whether the viewer may do something to what is somebody else's. */
  mayForce(command: CommandName, about: About): boolean;
}

/** What somebody would do something to. */
type About = Pick<AccessQuestion, 'repository' | 'packs' | 'branch' | 'target'>;

/** Somebody in the eyes of the access rules, which know a person by several accounts. */
export function viewerOf(actor: Actor, policy: AccessPolicy | undefined): Viewer {
  if (policy === undefined)
    return { is: (other) => sameActor(actor, other), may: () => true, mayForce: () => false };
  const name = personName(policy.people, actor);
  return {
    is: (other) => personName(policy.people, other) === name,
    may: (command) => mayEver(policy, { actor, command }),
    mayForce: (command, about) => decide(policy, { actor, command, ...about, forced: true }).allowed,
  };
}

/** For how much longer one press keeps a pack, in milliseconds. */
export const extendByMs = 30 * 60_000;

const number = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const seen = z.string().min(1).max(100);
const target = z.string().min(1).max(200);

/** What the forms of a pack's page send. `seen` is what the reader saw, so that pressing twice asks once. */
export const packAction = z.discriminatedUnion('action', [
  z.object({ action: z.literal('extend'), seen }),
  z.object({ action: z.literal('return'), seen, target }),
  z.object({ action: z.literal('cancel'), seen, deployment: number }),
  z.object({ action: z.literal('confirm'), seen, deployment: number }),
  z.object({ action: z.literal('defer'), seen, deployment: number }),
  z.object({ action: z.literal('give'), seen, to: z.string().trim().min(1).max(100) }),
  z.object({ action: z.literal('steal'), seen }),
  z.object({
    action: z.literal('unlock'),
    seen,
    held: z.enum(['pack', 'repository', 'everything']),
    name: target,
  }),
]);

/** What a form asks for. */
export type PackAction = z.infer<typeof packAction>;

/** What a form has before somebody fills it in: to whom a pack is given is written there. */
export type PackForm =
  | Exclude<PackAction, { action: 'give' }>
  | { readonly action: 'give'; readonly seen: string };

/** The intent of a form. */
export function intentOf(pack: string, asked: PackAction): Intent {
  switch (asked.action) {
    case 'extend':
      return { kind: 'extend', pack, by: extendByMs };
    case 'return':
      return { kind: 'return', pack, target: asked.target };
    case 'cancel':
      return { kind: 'cancel', deployment: asked.deployment };
    case 'confirm':
      return { kind: 'confirm', deployment: asked.deployment };
    case 'defer':
      return { kind: 'defer', deployment: asked.deployment };
    case 'give':
      return { kind: 'give', pack, to: asked.to };
    case 'steal':
      return { kind: 'steal', pack };
    case 'unlock':
      return { kind: 'unlock', scope: scopeOf(asked) };
  }
}

function scopeOf({ held, name }: Extract<PackAction, { action: 'unlock' }>): LockScope {
  if (held === 'everything') return { kind: held };
  return held === 'pack' ? { kind: held, pack: name } : { kind: held, repository: name };
}

/** The key of a form: the same person asking for the same in the same state is one request. */
export function keyOf(pack: string, asked: PackAction, actor: Actor): string {
  const { action: _, seen: was, ...about } = asked;
  return ['web', actor.platform, actor.userId, asked.action, pack, ...Object.values(about), was].join(':');
}
