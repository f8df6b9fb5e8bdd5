import type { CheckFact } from '../../core/check.js';
import type { Deployment } from '../../core/deployment.js';
import type { ChecksView } from '../../deployments/service.js';
import { bold, clip, em, link, listedSome, oneLine } from './markdown.js';
import { refusalLine } from './refusal.js';
import { type Clockwork, clockTime } from './time.js';

const namesListed = 5;

/** What CI has not said yet, and what has failed, with links; and since when that is waited for, where one can tell time. */
export function checkLines(checks: ChecksView | undefined, clock?: Clockwork): readonly string[] {
  if (checks === undefined) return [];
  const verdicts = checks.packs.map((one) => one.verdict);
  const failed = distinct(verdicts.flatMap((one) => (one.kind === 'block' ? one.failed : [])));
  const pending = distinct(verdicts.flatMap((one) => (one.kind === 'wait' ? one.pending : [])));
  const missing = [...new Set(verdicts.flatMap((one) => (one.kind === 'wait' ? one.missing : [])))];
  const open = [
    ...(pending.length === 0
      ? []
      : [`${listedSome(pending.map(nameOf), namesListed)} ${pending.length === 1 ? 'is' : 'are'} under way`]),
    ...(missing.length === 0
      ? []
      : [`nothing was heard yet of ${listedSome(missing.map(bold), namesListed)}`]),
  ];
  const since = clock === undefined ? '' : `; waited for since ${clockTime(checks.since, clock)}`;
  const late = checks.isLate ? ' That takes longer than it should.' : '';
  return [
    ...(failed.length === 0
      ? []
      : [
          `❌ CI says no: ${listedSome(failed.map(nameOf), namesListed)} failed. It goes on when that succeeds, or a newer push does.`,
        ]),
    ...(open.length === 0 ? [] : [`🔎 CI is not through: ${open.join(', ')}${since}.${late}`]),
    ...(checks.trouble === undefined ? [] : [`⚠️ ${refusalLine(checks.trouble, 300)}`]),
  ];
}

/** What is the matter with the checks, in a few words. */
export function checksShortly(checks: ChecksView): string {
  return isBlocked(checks) ? 'its checks have failed' : 'its checks are not through yet';
}

/** That somebody had the checks ignored, and why. */
export function ignoredLine({ intent }: Pick<Deployment, 'intent'>): readonly string[] {
  if (intent.kind !== 'deploy' || intent.ignoringChecks === undefined) return [];
  return [`⚠️ Ignoring its checks, because ${em(clip(intent.ignoringChecks, 200))}.`];
}

/** Whether CI has failed something that is waited for. */
export function isBlocked(checks: ChecksView | undefined): boolean {
  return checks?.packs.some((one) => one.verdict.kind === 'block') ?? false;
}

function distinct(facts: readonly CheckFact[]): readonly CheckFact[] {
  return [...new Map(facts.map((fact) => [fact.name, fact])).values()];
}

function nameOf({ name, url }: CheckFact): string {
  const plain = oneLine(name).replace(/[*_`[\]]/gu, '');
  // What a host gives as an address is only followed where it is one.
  return url !== undefined && /^https?:\/\/[^\s()]+$/.test(url) ? link(plain, url) : bold(plain);
}
