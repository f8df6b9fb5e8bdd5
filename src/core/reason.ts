import { adoptReasons } from './reasons/adopt.js';
import { announcementsReasons } from './reasons/announcements.js';
import { automationReasons } from './reasons/automation.js';
import { borrowReasons } from './reasons/borrow.js';
import { canaryReasons } from './reasons/canary.js';
import { chatReasons } from './reasons/chat.js';
import { checksReasons } from './reasons/checks.js';
import { cliReasons } from './reasons/cli.js';
import { configReasons } from './reasons/config.js';
import type { ReasonKind, ReasonSpec } from './reasons/define.js';
import { deploymentsReasons } from './reasons/deployments.js';
import { driftReasons } from './reasons/drift.js';
import { gitReasons } from './reasons/git.js';
import { packsReasons } from './reasons/packs.js';
import { peopleReasons } from './reasons/people.js';
import { stackstormReasons } from './reasons/stackstorm.js';
import { storeReasons } from './reasons/store.js';
import { targetReasons } from './reasons/target.js';
import { webReasons } from './reasons/web.js';
import { webhooksReasons } from './reasons/webhooks.js';

/** Every reason for which something can be refused; the table is closed, and each area has its own file. */
const reasons = {
  ...adoptReasons,
  ...automationReasons,
  ...announcementsReasons,
  ...borrowReasons,
  ...canaryReasons,
  ...chatReasons,
  ...checksReasons,
  ...cliReasons,
  ...configReasons,
  ...deploymentsReasons,
  ...driftReasons,
  ...gitReasons,
  ...packsReasons,
  ...peopleReasons,
  ...stackstormReasons,
  ...storeReasons,
  ...targetReasons,
  ...webReasons,
  ...webhooksReasons,
};

type Reasons = typeof reasons;

/** The closed set of reason codes. */
export type ReasonCode = keyof Reasons;

/** All reason codes, in their order. */
export const reasonCodes = Object.keys(reasons).sort() as readonly ReasonCode[];

type ParamsOf<C extends ReasonCode> = Reasons[C] extends ReasonSpec<infer P> ? P : never;

/** Why something was refused: a code and its parameters, plain JSON so that it can be stored and shown later. */
export type Refusal = { [C in ReasonCode]: { readonly code: C; readonly params: ParamsOf<C> } }[ReasonCode];

/** Makes a refusal. */
export function refuse<C extends ReasonCode>(code: C, params: ParamsOf<C>): Refusal {
  return { code, params } as Refusal;
}

function specOf(refusal: Refusal): ReasonSpec<unknown> {
  return reasons[refusal.code] as ReasonSpec<unknown>;
}

/** Whether a text is a reason code of this version. */
export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(reasons, text);
}

/** The kind of the refusals with a code. */
export function kindOfCode(code: ReasonCode): ReasonKind {
  return reasons[code].kind;
}

/** The kind of a refusal. */
export function kindOf(refusal: Refusal): ReasonKind {
  return specOf(refusal).kind;
}

/** The two sentences for people: what is the matter, and what to do next (which may be empty). */
export function explain(refusal: Refusal): { readonly what: string; readonly next: string } {
  const spec = specOf(refusal);
  return { what: spec.what(refusal.params), next: spec.next(refusal.params) };
}

/** Both sentences on one line. */
export function sentence(refusal: Refusal): string {
  const { what, next } = explain(refusal);
  return next === '' ? what : `${ended(what)} ${next}`;
}

/** A sentence with its full stop: some reasons end with what a program said. */
export function ended(text: string): string {
  return /[.!?:…]$/u.test(text) || text.includes('\n') ? text : `${text}.`;
}

const exitCodes: Record<ReasonKind, number> = {
  usage: 2,
  missing: 3,
  denied: 4,
  invalid: 5,
  busy: 6,
  outage: 7,
};

/** The exit code a command ends with when it was refused (0 is success, 1 a bug). */
export function exitCodeOf(refusal: Refusal): number {
  return exitCodes[kindOf(refusal)];
}
