import type { Deployment } from '../../core/deployment.js';
import type { ChatopsLine, Plan } from '../../core/plan.js';
import { warningText } from '../../core/plan-warning.js';
import { Markdown } from '../markdown.js';

/** What a plan has to do with other packs. */
export function PlanWarnings({ plan }: { readonly plan: Plan | undefined }) {
  return (
    <>
      {plan?.warnings?.map((warning) => (
        <div class="warning">
          <Markdown text={warningText(warning)} />
        </div>
      ))}
    </>
  );
}

/** The lines that people can type in the target's own chat bot now, of the packs that are live. */
export function newLinesOf({ plan, packs }: Deployment): readonly ChatopsLine[] {
  const isLive = (pack: string) => packs.some((one) => one.pack === pack && one.status === 'live');
  return plan?.chatopsLines?.filter(({ pack }) => isLive(pack)) ?? [];
}

/** Those lines, each with what it does. */
export function NewLines({ deployment }: { readonly deployment: Deployment }) {
  return (
    <ul>
      {newLinesOf(deployment).map(({ line, description }) => (
        <li>
          <code>{line}</code> <span class="dim">{description}</span>
        </li>
      ))}
    </ul>
  );
}
