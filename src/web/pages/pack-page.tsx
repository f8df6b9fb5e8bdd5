import type { Child } from 'hono/jsx';
import type { Deployment } from '../../core/deployment.js';
import { formatRevision } from '../../core/repository.js';
import type { LiveView } from '../../deployments/service.js';
import { RefusalNote } from './deployment-page.js';
import { DriftNote } from './drift-note.js';
import { HistoryView } from './history-view.js';
import { BorrowNote, CallNote, LockNote } from './holds-view.js';
import { PackName } from './pack-name.js';
import { packPath } from './pack-path.js';
import type { OnTargetProps, PackPageProps } from './pack-props.js';
import { PushWords } from './push-words.js';
import { QueueView } from './queue-view.js';
import { Connection, Page, type Shell } from './shell.js';
import { Elapsed, FullTime } from './time.js';

/** A pack's page; `outcome` tells what came of a form where no script put it in its place. */
export function PackPage({
  shell,
  outcome,
  ...props
}: PackPageProps & { readonly shell: Shell; readonly outcome?: Child }) {
  const stream = { 'hx-sse:connect': `${packPath(props.pack)}/stream`, 'hx-swap': 'innerMorph' };
  return (
    <Page shell={shell} title={props.pack} current="board" bodyClass="sheet" scripts={['live.js']}>
      <main id="main">
        <p class="back">
          <a href="/board">All packs</a>
          <Connection />
        </p>
        <h1>
          <PackName pack={props.pack} />
        </h1>
        <div id="outcome" role="status">
          {outcome}
        </div>
        <div id="live" class="pack-details" {...stream}>
          <PackDetails {...props} />
        </div>
      </main>
    </Page>
  );
}

/** Everything about a pack; the stream sends it anew at each change. */
export function PackDetails(props: PackPageProps) {
  const { views, pack } = props;
  const isQueued = ({ id }: Deployment) =>
    views.some(({ queue }) => queue.some(({ deployment }) => deployment.id === id));
  const history = props.history.filter((deployment) => !isQueued(deployment));
  const isOnSeveral = new Set(history.map(({ plan }) => plan?.target ?? '')).size > 1 || views.length > 1;
  return (
    <>
      {views.map((view) => (
        <section id={`target-${view.target}`} class="on-target" aria-label={`${pack} on ${view.target}`}>
          {views.length > 1 && <h2>On {view.target}</h2>}
          <OnTarget {...props} view={view} />
        </section>
      ))}
      {views.length === 0 && <p>It is not live, and nobody waits for it.</p>}
      <section id="history">
        <h2>History</h2>
        <HistoryView {...props} history={history} showTarget={isOnSeveral} />
      </section>
    </>
  );
}

function OnTarget(props: OnTargetProps) {
  const { view, pack } = props;
  return (
    <>
      <CallNote {...props} />
      <LiveFacts {...props} />
      {view.live && <DriftNote live={view.live} timeZone={props.timeZone} />}
      {view.unseen && <RefusalNote refusal={view.unseen.refusal} />}
      <BorrowNote {...props} />
      {view.locks.map((lock) => (
        <LockNote {...props} lock={lock} />
      ))}
      <div>
        <h3>Queue</h3>
        <QueueView {...props} pack={pack} />
      </div>
    </>
  );
}

function LiveFacts({ view, now, timeZone }: OnTargetProps) {
  if (view.live === undefined) return <p>It is not live on {view.target} yet.</p>;
  const { live, since, by, deployment, push }: LiveView = view.live;
  return (
    <dl class="facts">
      <Fact name="Live">
        <code title={live.revision.sha}>{formatRevision(live.revision)}</code>
      </Fact>
      <Fact name="From">{live.repository}</Fact>
      <Fact name="Since">
        <FullTime at={since} timeZone={timeZone} />{' '}
        <span class="dim">
          (<Elapsed since={since} now={now} />)
        </span>
      </Fact>
      <Fact name="By">{by}</Fact>
      {push && (
        <Fact name="Push">
          <PushWords push={push} />
        </Fact>
      )}
      <Fact name="Deployment">
        <a href={`/deployments/${deployment}`}>#{deployment}</a>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
