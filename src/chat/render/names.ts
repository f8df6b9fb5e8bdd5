import type { Actor } from '../../core/actor.js';
import type { Deployment, PackOutcome } from '../../core/deployment.js';
import type { PackSelection } from '../../core/intent.js';
import { formatRevision, type Revision } from '../../core/repository.js';
import { bold, code, em, listedSome, oneLine } from './markdown.js';

/** How many packs are named in a sentence. */
const named = 3;

/** A revision as code: `main@1a2b3c4`. */
export function revision(of: Revision): string {
  return code(formatRevision(of));
}

/** Names of packs in bold; beyond a few only their number. */
export function packNames(packs: readonly string[]): string {
  if (packs.length > 2 * named) return `${packs.length} packs`;
  return listedSome(packs.map(bold), named);
}

/** What a deployment is about: `*beans* and *ears*`; what is meant while the packs aren't known yet. */
export function subject({ intent, packs }: Deployment): string {
  if (intent.kind !== 'deploy') return bold(intent.pack);
  const changing = packs.filter((one) => one.status !== 'unchanged');
  const known = namesOf(changing.length > 0 ? changing : packs);
  return known.length > 0 ? packNames(known) : selected(intent.packs);
}

function selected(packs: PackSelection): string {
  if (packs.kind === 'named') return packNames(packs.packs);
  return packs.kind === 'all' ? 'all packs' : 'the changed packs';
}

/** Where a deployment takes its packs from: ` from *house-packs*`; nothing for a rollback that isn't planned yet. */
export function source({ intent, plan }: Deployment): string {
  const repository = plan?.repository ?? (intent.kind === 'deploy' ? intent.repository : undefined);
  return repository === undefined ? '' : ` from ${bold(repository)}`;
}

/** Which revision is asked for, as exactly as it is known: ` at …`, ` branch …`, ` to …`, or nothing. */
export function asked(deployment: Deployment): string {
  const { intent, plan } = deployment;
  if (goesBackToNothing(deployment)) return '';
  if (plan !== undefined) return ` at ${revision(plan.revision)}`;
  if (intent.kind === 'rollback')
    return ` to ${intent.to === undefined ? 'what was live before' : code(intent.to)}`;
  if (intent.kind === 'return')
    return intent.force === true ? ' to what was live before' : ' to its default branch';
  return intent.ref === undefined ? '' : ` branch ${em(intent.ref)}`;
}

/** Whether a return by force removes the pack, as nothing was live before it was borrowed. */
export function goesBackToNothing({ intent, plan }: Deployment): boolean {
  return intent.kind === 'return' && intent.force === true && (plan?.packs.some((p) => p.removes) ?? false);
}

/** The names of packs, in their order. */
export function namesOf(packs: readonly PackOutcome[]): readonly string[] {
  return packs.map((one) => one.pack);
}

/** Who asked for something: a person in bold, or what it came from. */
export function person(actor: Actor): string {
  return bold(actor.name);
}

/** A person so that they notice. */
export function called(actor: Actor, mention?: (actor: Actor) => string | undefined): string {
  return mention?.(actor) ?? `@${oneLine(actor.name).replace(/[*`[\]]/gu, '') || '?'}`;
}
