import type { Borrow } from '../../core/borrow.js';
import { endOfQuiet, isQuiet } from '../../core/quiet-hours.js';
import type { DeploymentDeps } from '../deps.js';

/** Whether the time of a borrow is over: at its end, or after the quiet hours for a holder who asked for the night. */
export function isOver({ config, clock }: Pick<DeploymentDeps, 'config' | 'clock'>, borrow: Borrow): boolean {
  const { repositories, timeZone } = config();
  const quiet = repositories.get(borrow.repository)?.borrow?.quietHours;
  const isPutOff = borrow.overnight && quiet !== undefined && isQuiet(borrow.until, quiet, timeZone);
  return clock.now() >= (isPutOff ? endOfQuiet(borrow.until, quiet, timeZone) : borrow.until);
}
