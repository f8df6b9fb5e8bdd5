import type { Deployment } from '../../core/deployment.js';
import { Page, type Shell } from './shell.js';
import { Elapsed, FullTime } from './time.js';
import { StatusBadge, titleOf } from './words.js';

interface DeploymentsPageProps {
  readonly shell: Shell;
  /** Newest first. */
  readonly deployments: readonly Deployment[];
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** The newest deployments. */
export function DeploymentsPage({ shell, deployments, now, timeZone }: DeploymentsPageProps) {
  return (
    <Page shell={shell} title="Deployments" current="deployments" bodyClass="sheet">
      <main id="main">
        <h1>Deployments</h1>
        {deployments.length === 0 && <p>Nothing has been deployed yet.</p>}
        <ul class="deployments">
          {deployments.map((deployment) => (
            <li>
              <a href={`/deployments/${deployment.id}`}>
                <span class="number">#{deployment.id}</span> {titleOf(deployment)}
              </a>
              <StatusBadge deployment={deployment} />
              <p class="dim">
                {deployment.requester.name}, <FullTime at={deployment.requestedAt} timeZone={timeZone} />
                {deployment.startedAt && (
                  <>
                    , <Elapsed since={deployment.startedAt} until={deployment.endedAt} now={now} />
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      </main>
    </Page>
  );
}
