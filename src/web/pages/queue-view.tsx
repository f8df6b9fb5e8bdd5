import type { DeploymentView } from '../../deployments/service.js';
import { isUnderWay } from '../pack-state.js';
import { ActionForm } from './action-form.js';
import type { OnTargetProps } from './pack-props.js';
import { Elapsed, Moment } from './time.js';
import { Obstacles, refOf, StatusBadge } from './words.js';

/** Who gets the pack, in which order, and what each waits for. */
export function QueueView(props: OnTargetProps) {
  const { queue, target } = props.view;
  if (queue.length === 0) return <p class="dim">Nobody waits for it.</p>;
  return (
    <ol class="queue">
      {queue.map((entry, index) => (
        <li id={`entry-${target}-${entry.deployment.id}`} class={isUnderWay(entry) ? 'now' : undefined}>
          <span class="place">
            <span class="unseen">Place </span>
            {index + 1}
          </span>
          <Entry {...props} entry={entry} place={index} />
        </li>
      ))}
    </ol>
  );
}

interface EntryProps extends OnTargetProps {
  readonly entry: DeploymentView;
  /** From 0 for the first. */
  readonly place: number;
}

/** Whether an entry waits, or is asked for its phrase, and another one waits behind it. */
function isSomebodyBehind({ entry, place, view }: EntryProps): boolean {
  const behind = view.queue.slice(place + 1);
  return !isUnderWay(entry) && behind.some((other) => !isUnderWay(other) && other.call === undefined);
}

function Entry(props: EntryProps) {
  const { entry, viewer, now } = props;
  const { id, requester, requestedAt, startedAt } = entry.deployment;
  const isMine = viewer.is(requester);
  const isRunning = isUnderWay(entry);
  return (
    <div class="entry">
      <p>
        <strong>{isMine ? `${requester.name} (you)` : requester.name}</strong>{' '}
        <a href={`/deployments/${id}`}>#{id}</a> <Wanted entry={entry} />{' '}
        {isRunning && <StatusBadge deployment={entry.deployment} />}
      </p>
      <p class="dim">
        {isRunning ? <Elapsed since={startedAt ?? requestedAt} now={now} /> : <Waits {...props} />}
      </p>
      {isMine && <OwnButtons {...props} />}
    </div>
  );
}

function OwnButtons(props: EntryProps) {
  const { entry, place, pack, viewer } = props;
  const { id, status } = entry.deployment;
  return (
    <div class="acts">
      {viewer.may('defer') && isSomebodyBehind(props) && (
        <ActionForm
          pack={pack}
          action={{ action: 'defer', deployment: id, seen: `${place}-${status}` }}
          label={`Let the next one go before #${id}`}
          look="quiet"
        >
          Defer
        </ActionForm>
      )}
      {viewer.may('cancel') && (
        <ActionForm
          pack={pack}
          action={{ action: 'cancel', deployment: id, seen: status }}
          label={`Cancel #${id}`}
          look="quiet danger"
        >
          Cancel
        </ActionForm>
      )}
    </div>
  );
}

function Wanted({ entry }: { entry: DeploymentView }) {
  const { intent } = entry.deployment;
  const kinds = { deploy: '', rollback: 'rollback to ', return: 'return to ' } as const;
  return (
    <>
      {kinds[intent.kind]}
      <code>{refOf(entry.deployment)}</code>
    </>
  );
}

function Waits({ entry, now, timeZone }: EntryProps) {
  return (
    <>
      Waiting since <Moment at={entry.deployment.requestedAt} now={now} timeZone={timeZone} />:{' '}
      <Obstacles view={entry} now={now} timeZone={timeZone} />
      {entry.expectedAt && (
        <>
          ; its turn comes at about <Moment at={entry.expectedAt} now={now} timeZone={timeZone} />
        </>
      )}
      .
    </>
  );
}
