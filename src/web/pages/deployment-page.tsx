import type { Child } from 'hono/jsx';
import type { Deployment, PackOutcome } from '../../core/deployment.js';
import { isEnd } from '../../core/deployment.js';
import type { RecordedEvent } from '../../core/event.js';
import type { PackPlan, Plan } from '../../core/plan.js';
import { explain, type Refusal } from '../../core/reason.js';
import { formatRevision } from '../../core/repository.js';
import type { DeploymentView } from '../../deployments/service.js';
import { Markdown } from '../markdown.js';
import { timelineOf } from '../timeline.js';
import { roomPath } from './chat-page.js';
import { ContentDiffView } from './diff-view.js';
import { NewLines, newLinesOf, PlanWarnings } from './neighbours-view.js';
import { packPath } from './pack-path.js';
import { PushWords } from './push-words.js';
import { Page, type Shell } from './shell.js';
import { Elapsed, FullTime, Moment } from './time.js';
import { TimelineView } from './timeline-view.js';
import { Obstacles, packWords, StatusBadge, titleOf } from './words.js';

/** What a deployment's page shows. */
export interface DeploymentPageProps {
  readonly view: DeploymentView;
  readonly events: readonly RecordedEvent[];
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** A deployment's page, at an address that stays. */
export function DeploymentPage({ shell, ...props }: DeploymentPageProps & { readonly shell: Shell }) {
  const { deployment } = props.view;
  const last = props.events.at(-1)?.id ?? 0;
  const live = isEnd(deployment.status)
    ? {}
    : {
        'hx-sse:connect': `/deployments/${deployment.id}/stream?after=${last}`,
        'hx-sse:close': 'ended',
        'hx-swap': 'innerMorph',
      };
  return (
    <Page shell={shell} title={`#${deployment.id} ${titleOf(deployment)}`} bodyClass="sheet">
      <main id="main" {...live}>
        <DeploymentDetails {...props} />
      </main>
    </Page>
  );
}

/** Everything about a deployment; the stream sends it anew at each change. */
export function DeploymentDetails({ view, events, now, timeZone }: DeploymentPageProps) {
  const { deployment } = view;
  const { stops, log } = timelineOf(events);
  return (
    <>
      <p class="back">
        <BackLink deployment={deployment} />
      </p>
      <div class="sheet-head">
        <h1>
          <span class="number">#{deployment.id}</span> {titleOf(deployment)}
        </h1>
        <StatusBadge deployment={deployment} />
      </div>
      <Facts view={view} now={now} timeZone={timeZone} />
      {deployment.refusal && <RefusalNote refusal={deployment.refusal} />}
      {!isEnd(deployment.status) && <CancelForm deployment={deployment} />}
      <Section title="Packs" isShown={deployment.packs.length > 0 || deployment.plan !== undefined}>
        <ul class="packs">
          {deployment.packs.map((pack) => (
            <Pack outcome={pack} plan={planOf(deployment, pack.pack)} />
          ))}
        </ul>
        <Unchanged deployment={deployment} />
      </Section>
      <Section title="Other packs" isShown={(deployment.plan?.warnings?.length ?? 0) > 0}>
        <PlanWarnings plan={deployment.plan} />
      </Section>
      <Section title="New in StackStorm's ChatOps" isShown={newLinesOf(deployment).length > 0}>
        <NewLines deployment={deployment} />
      </Section>
      <Section title="Timeline" isShown={stops.length > 0}>
        <TimelineView stops={stops} now={now} timeZone={timeZone} />
      </Section>
      <Section title="Commits" isShown={(deployment.plan?.commits.length ?? 0) > 0}>
        <Commits plan={deployment.plan} />
      </Section>
      <Section title="Log" isShown={log.length > 0}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard has to be able to reach it */}
        <pre class="log" tabIndex={0}>
          {log.map(
            ({ at, pack, line }) => `${at.toISOString().slice(11, 23)}  ${pack ? `${pack}: ` : ''}${line}\n`,
          )}
        </pre>
      </Section>
    </>
  );
}

function Section({ title, isShown, children }: { title: string; isShown: boolean; children: Child }) {
  if (!isShown) return null;
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function BackLink({ deployment }: { deployment: Deployment }) {
  const { origin } = deployment;
  const isRoom = origin?.platform === 'web' || origin?.platform === 'terminal';
  if (origin === undefined || !isRoom) return <a href="/deployments">All deployments</a>;
  const anchor = origin.messageId === undefined ? '' : `?at=${origin.messageId}#m${origin.messageId}`;
  return <a href={`${roomPath(origin.channel)}${anchor}`}>Back to #{origin.channel}</a>;
}

function Facts({ view, now, timeZone }: { view: DeploymentView; now: Date; timeZone?: string | undefined }) {
  const { deployment, expectedAt, push } = view;
  const { plan, requester, via, startedAt, endedAt } = deployment;
  return (
    <dl class="facts">
      <Fact name="Asked by">
        {requester.name} <span class="dim">via {via}</span>
      </Fact>
      <Fact name="Asked at">
        <FullTime at={deployment.requestedAt} timeZone={timeZone} />
      </Fact>
      {plan && (
        <Fact name="Revision">
          <code title={plan.revision.sha}>{formatRevision(plan.revision)}</code>
        </Fact>
      )}
      {plan && <Fact name="Target">{plan.target}</Fact>}
      {push && (
        <Fact name="Push">
          <PushWords push={push} />
        </Fact>
      )}
      {startedAt && (
        <Fact name={endedAt ? 'Took' : 'Running for'}>
          <Elapsed since={startedAt} until={endedAt} now={now} />
        </Fact>
      )}
      {isHeldUp(view) && (
        <Fact name="Waiting">
          <Obstacles view={view} now={now} timeZone={timeZone} />
        </Fact>
      )}
      {deployment.intent.kind === 'deploy' && deployment.intent.ignoringChecks !== undefined && (
        <Fact name="Ignoring its checks">because {deployment.intent.ignoringChecks}</Fact>
      )}
      {expectedAt && (
        <Fact name="Its turn, about">
          <Moment at={expectedAt} now={now} timeZone={timeZone} />
        </Fact>
      )}
      {deployment.canceledBy && <Fact name="Canceled by">{deployment.canceledBy.name}</Fact>}
    </dl>
  );
}

function isHeldUp({ ahead, heldBy, call, checks, needs }: DeploymentView): boolean {
  return (
    ahead.length + heldBy.length > 0 || call !== undefined || checks !== undefined || needs !== undefined
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

/** Why something was refused, and what to do. */
export function RefusalNote({ refusal }: { readonly refusal: Refusal }) {
  const { what, next } = explain(refusal);
  return (
    <div class="refusal">
      <Markdown text={what} />
      {next !== '' && <Markdown text={next} />}
    </div>
  );
}

function CancelForm({ deployment }: { deployment: Deployment }) {
  return (
    <form id="cancel" method="post" action={`/deployments/${deployment.id}/cancel`}>
      <button type="submit" class="quiet danger">
        Cancel it
      </button>
    </form>
  );
}

function planOf(deployment: Deployment, pack: string): PackPlan | undefined {
  return deployment.plan?.packs.find((one) => one.pack === pack);
}

function Pack({ outcome, plan }: { outcome: PackOutcome; plan: PackPlan | undefined }) {
  return (
    <li id={`pack-${outcome.pack}`} class={`pack ${outcome.status}`}>
      <div class="pack-head">
        <a href={packPath(outcome.pack)}>
          <strong>{outcome.pack}</strong>
        </a>
        {plan && <Versions plan={plan} />}
        <span class={`badge ${outcome.status}`}>{packWords[outcome.status]}</span>
      </div>
      {outcome.refusal && <RefusalNote refusal={outcome.refusal} />}
      {plan?.warnings.map((warning) => (
        <p class="warning">{warning}</p>
      ))}
      {plan && <ContentDiffView diff={plan.diff} />}
    </li>
  );
}

function Versions({ plan }: { plan: PackPlan }) {
  const { before, after } = plan.diff.version;
  const isSame = before === after;
  return <span class="dim">{isSame ? after : `${before ?? 'new'} → ${after ?? 'removed'}`}</span>;
}

function Unchanged({ deployment }: { deployment: Deployment }) {
  const shown = new Set(deployment.packs.map((one) => one.pack));
  const rest = deployment.plan?.unchanged.filter((pack) => !shown.has(pack)) ?? [];
  if (rest.length === 0) return null;
  return <p class="dim">Live as asked already: {rest.join(', ')}.</p>;
}

function Commits({ plan }: { plan: Plan | undefined }) {
  return (
    <ul class="commits">
      {plan?.commits.map(({ sha, subject, author }) => (
        <li>
          <code>{sha.slice(0, 7)}</code> <span>{subject}</span> <span class="dim">{author}</span>
        </li>
      ))}
    </ul>
  );
}
