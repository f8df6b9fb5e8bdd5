import type { Deployment } from '../../core/deployment.js';
import { explain } from '../../core/reason.js';
import type { LiveSpan } from '../../deployments/service.js';
import type { PackPageProps } from './pack-props.js';
import { Elapsed, Moment } from './time.js';
import { refOf, StatusBadge } from './words.js';

/** What was asked for of a pack: by whom, how long it took and was live, and how it ended. */
export function HistoryView(props: PackPageProps & { readonly showTarget: boolean }) {
  const { history, showTarget } = props;
  if (history.length === 0) return <p class="dim">Nothing has ended yet.</p>;
  return (
    <table class="history">
      <thead>
        <tr>
          <th scope="col">No.</th>
          <th scope="col">Revision</th>
          {showTarget && (
            <th scope="col" class="roomy">
              Target
            </th>
          )}
          <th scope="col" class="roomy">
            By
          </th>
          <th scope="col" class="roomy">
            Asked
          </th>
          <th scope="col" class="roomy">
            Took
          </th>
          <th scope="col" class="roomy">
            Live
          </th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {history.map((deployment) => (
          <Row {...props} deployment={deployment} />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = PackPageProps & { readonly showTarget: boolean; readonly deployment: Deployment };

function Row({ deployment, showTarget, now, timeZone, pack, spans }: RowProps) {
  const span = spans.find((one) => one.deployment === deployment.id);
  const { id, intent, plan, requester, requestedAt, startedAt, endedAt } = deployment;
  return (
    <tr id={`history-${id}`}>
      <td class="number">
        <a href={`/deployments/${id}`}>#{id}</a>
      </td>
      <td class="revision">
        {intent.kind !== 'deploy' && <span class="dim">{intent.kind} </span>}
        <code>{refOf(deployment)}</code>
        <span class="narrow">
          {requester.name}, <Moment at={requestedAt} now={now} timeZone={timeZone} />
          {startedAt && (
            <>
              , <Elapsed since={startedAt} until={endedAt} now={now} />
            </>
          )}
          {span && (
            <>
              , live <Lived span={span} now={now} />
            </>
          )}
        </span>
      </td>
      {showTarget && <td class="roomy">{plan?.target ?? ''}</td>}
      <td class="roomy">{requester.name}</td>
      <td class="roomy">
        <Moment at={requestedAt} now={now} timeZone={timeZone} />
      </td>
      <td class="roomy">{startedAt && <Elapsed since={startedAt} until={endedAt} now={now} />}</td>
      <td class="roomy">{span && <Lived span={span} now={now} />}</td>
      <td class="ending">
        <StatusBadge deployment={deployment} /> <Why deployment={deployment} pack={pack} />
      </td>
    </tr>
  );
}

/** For how long a deployment's revision was live, and what took its place; `so far` while it is. */
function Lived({ span: { since, until, endedBy }, now }: { span: LiveSpan; now: Date }) {
  return (
    <>
      <Elapsed since={since} until={until} now={now} />
      {until === undefined && ' so far'}
      {endedBy && (
        <>
          , until <a href={`/deployments/${endedBy.id}`}>#{endedBy.id}</a>
        </>
      )}
    </>
  );
}

function Why({ deployment, pack }: { deployment: Deployment; pack: string }) {
  const own = deployment.packs.find((one) => one.pack === pack)?.refusal;
  const refusal = own ?? deployment.refusal;
  if (refusal !== undefined) return <span class="dim why">{explain(refusal).what}</span>;
  if (deployment.canceledBy === undefined) return null;
  return <span class="dim why">by {deployment.canceledBy.name}</span>;
}
