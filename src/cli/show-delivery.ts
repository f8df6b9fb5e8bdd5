import type { ShownDelivery } from './contract.js';
import { deliveryLine, exitCodeFor } from './delivery-line.js';
import type { Outcome } from './outcome.js';
import type { Session } from './session.js';

/** Prints what came of a delivery; gives the exit code. */
export function showDelivery(session: Session, answer: Outcome<ShownDelivery>): number {
  if (!answer.ok) return session.fail(answer.failure);
  if (session.options.json) session.json(answer.value);
  else session.print(deliveryLine(answer.value, session.style));
  return exitCodeFor(answer.value);
}
