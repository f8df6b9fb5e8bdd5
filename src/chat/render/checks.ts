import type { CheckFact } from '../../core/check.js';
import type { ChecksView } from '../../deployments/service.js';
import { bold, link, listedSome, oneLine } from './markdown.js';
import { refusalLine } from './refusal.js';

const namesListed = 5;

/** What CI has not said yet, and what has failed, with links. */
export function checkLines(checks: ChecksView | undefined): readonly string[] {
  if (checks === undefined) return [];
  const verdicts = checks.packs.map((one) => one.verdict);
  const failed = distinct(verdicts.flatMap((one) => (one.kind === 'block' ? one.failed : [])));
  const pending = distinct(verdicts.flatMap((one) => (one.kind === 'wait' ? one.pending : [])));
  const missing = [...new Set(verdicts.flatMap((one) => (one.kind === 'wait' ? one.missing : [])))];
  const open = [
    ...pending.map(nameOf),
    ...missing.map((name) => `${bold(name)}, of which nothing was heard yet`),
  ];
  const late = checks.isLate ? ' That takes longer than it should.' : '';
  return [
    ...(failed.length === 0
      ? []
      : [
          `❌ CI says no: ${listedSome(failed.map(nameOf), namesListed)} failed. It goes on when that succeeds, or a newer push does.`,
        ]),
    ...(open.length === 0 ? [] : [`🔎 CI is not through: ${listedSome(open, namesListed)}.${late}`]),
    ...(checks.trouble === undefined ? [] : [`⚠️ ${refusalLine(checks.trouble, 300)}`]),
  ];
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
