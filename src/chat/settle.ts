import type { Person } from '../core/access.js';
import type { Deployments } from '../deployments/service.js';
import { type AskingNotice, callOutcome, returnSoonOutcome } from './render/settled.js';
import type { Clockwork } from './render/time.js';

/** What is asked to find out whether a notice still asks for something. */
export interface SettleDeps {
  readonly deployments: Pick<Deployments, 'get' | 'calls' | 'borrows'>;
  readonly people: () => readonly Person[];
  readonly clockwork: () => Clockwork;
}

/** What came of what a notice asks for; undefined while it may still be done. */
export async function outcomeOf(deps: SettleDeps, notice: AskingNotice): Promise<string | undefined> {
  const { deployments } = deps;
  const until = Date.parse(notice.until);
  if (notice.kind === 'call') {
    const calls = await deployments.calls();
    if (calls.some((call) => call.deployment === notice.deployment && call.until.getTime() === until))
      return undefined;
    const view = await deployments.get(notice.deployment);
    return view && callOutcome(view.deployment);
  }
  const borrows = (await deployments.borrows()).filter(({ pack }) => pack === notice.pack);
  if (borrows.some((borrow) => borrow.until.getTime() === until)) return undefined;
  const borrow = borrows.find(({ repository }) => repository === notice.repository);
  return returnSoonOutcome(notice, { ...deps.clockwork(), borrow, people: deps.people() });
}
