import type { Intent } from '../core/intent.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';
import type { Deployments } from '../deployments/service.js';
import { decodePress, intentOf, type Press } from './buttons/buttons.js';

/** What somebody asked for who pressed a button; refused when what the button stood for is over. */
export async function readPress(
  deployments: Pick<Deployments, 'calls' | 'borrows'>,
  value: string,
): Promise<Result<Intent>> {
  const press = decodePress(value);
  if (press === undefined || !(await isOpen(deployments, press))) return refused(refuse('button-stale', {}));
  return ok(intentOf(press));
}

async function isOpen(deployments: Pick<Deployments, 'calls' | 'borrows'>, press: Press): Promise<boolean> {
  if (press.kind === 'cancel' || press.kind === 'skip') return true;
  const until = press.until.getTime();
  if ('deployment' in press) {
    const calls = await deployments.calls();
    return calls.some((call) => call.deployment === press.deployment && call.until.getTime() === until);
  }
  const borrows = await deployments.borrows();
  return borrows.some((borrow) => borrow.pack === press.pack && borrow.until.getTime() === until);
}
