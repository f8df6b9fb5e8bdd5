import type { Refusal } from '../../core/reason.js';
import type { Accepted } from '../../deployments/service.js';
import type { PackAction } from '../pack-actions.js';
import { RefusalNote } from './deployment-page.js';
import { Moment } from './time.js';

/** What came of a form. */
export type OutcomeProps = (
  | { readonly asked: PackAction; readonly accepted: Accepted }
  | { readonly refusal: Refusal }
) & { readonly now: Date; readonly timeZone?: string | undefined };

/** What came of a form, in words. */
export function Outcome(props: OutcomeProps) {
  if ('refusal' in props) return <RefusalNote refusal={props.refusal} />;
  return (
    <p class="agreed">
      <Done {...props} />
    </p>
  );
}

function Done({ asked, accepted, now, timeZone }: Extract<OutcomeProps, { accepted: Accepted }>) {
  const deployment = <a href={`/deployments/${accepted.deployment}`}>#{accepted.deployment}</a>;
  switch (asked.action) {
    case 'extend':
      if (accepted.borrow === undefined) return <>Extended.</>;
      return (
        <>
          Extended: it is yours until <Moment at={accepted.borrow.until} now={now} timeZone={timeZone} />.
        </>
      );
    case 'return':
      return accepted.deployment === 0 ? <>It is returned.</> : <>It is being returned: {deployment}.</>;
    case 'cancel':
      return <>{deployment} is being canceled.</>;
    case 'confirm':
      return <>Confirmed: {deployment} goes on.</>;
    case 'defer':
      return <>{deployment} lets the next one go first.</>;
    case 'give':
      return <>It is {accepted.borrow?.holder.name ?? asked.to}’s now.</>;
    case 'steal':
      return <>It is yours now.</>;
    case 'unlock':
      return <>Unlocked.</>;
  }
}
