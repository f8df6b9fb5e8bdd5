import { type Lock, scopeName } from '../../core/lock.js';
import { formatRevision } from '../../core/repository.js';
import type { Call } from '../../deployments/service.js';
import { returnUnderWay } from '../pack-state.js';
import { ActionForm } from './action-form.js';
import type { OnTargetProps } from './pack-props.js';
import { Countdown, Moment } from './time.js';

/** Whose turn it is. Its place is always there, so that a turn that comes is read out. */
export function CallNote(props: OnTargetProps) {
  const called = props.view.queue.flatMap(({ call }) => (call === undefined ? [] : [call]));
  return (
    <div class="calls" role="status">
      {called.map((call) => (
        <Turn {...props} call={call} />
      ))}
    </div>
  );
}

function Turn({ pack, call, viewer, now, timeZone }: OnTargetProps & { readonly call: Call }) {
  const { deployment, requester, phrase, until, movedFrom } = call;
  const isMine = viewer.is(requester);
  return (
    <div class={isMine ? 'hold turn mine' : 'hold turn'}>
      <p>
        <strong>{isMine ? 'It is your turn' : `It is ${requester.name}’s turn`}</strong> with{' '}
        <a href={`/deployments/${deployment}`}>#{deployment}</a>, until{' '}
        <Moment at={until} now={now} timeZone={timeZone} /> (<Countdown until={until} now={now} />
        ).
        {isMine && (
          <>
            {' '}
            Say <em>{phrase}</em> in the chat, or confirm it here.
          </>
        )}
      </p>
      {movedFrom !== undefined && (
        <p class="dim">
          It was asked for at <code>{formatRevision(movedFrom)}</code>, and has moved since.
        </p>
      )}
      {isMine && viewer.may('confirm') && (
        <ActionForm pack={pack} action={{ action: 'confirm', deployment, seen: stamp(until) }}>
          Confirm #{deployment}
        </ActionForm>
      )}
    </div>
  );
}

/** Who holds the pack, and what the holder may do about it. */
export function BorrowNote(props: OnTargetProps) {
  const { view, viewer, now, timeZone } = props;
  const { borrow } = view;
  if (borrow === undefined) return null;
  const { holder, ref, since, until, overnight, deployment, isStranded } = borrow;
  const isMine = viewer.is(holder);
  return (
    <div class="hold borrow">
      <p>
        <strong>{isMine ? 'You have' : `${holder.name} has`} borrowed it</strong> with branch{' '}
        <code>{ref}</code> since <Moment at={since} now={now} timeZone={timeZone} /> (
        <a href={`/deployments/${deployment}`}>#{deployment}</a>), until{' '}
        <Moment at={until} now={now} timeZone={timeZone} />.
      </p>
      {isStranded !== true && (
        <p class="left">
          <Countdown until={until} now={now} /> <span class="dim">until it returns by itself</span>
          {overnight && <span class="dim">, over the night</span>}
        </p>
      )}
      <BorrowTrouble {...props} />
      {isMine ? <HolderButtons {...props} /> : <StealButton {...props} />}
    </div>
  );
}

function BorrowTrouble({ view, now, timeZone }: OnTargetProps) {
  const { borrow } = view;
  if (borrow?.isStranded)
    return (
      <p class="warning">
        Its repository {borrow.repository} is not in packtrain.yaml any more: it goes back once that is there
        again.
      </p>
    );
  if (borrow === undefined || borrow.attempts === 0) return null;
  return (
    <p class="warning">
      Its return was tried {borrow.attempts === 1 ? 'once' : `${borrow.attempts} times`} without success
      {borrow.nextTryAt && (
        <>
          ; the next try is at <Moment at={borrow.nextTryAt} now={now} timeZone={timeZone} />
        </>
      )}
      .
    </p>
  );
}

function HolderButtons({ view, viewer, pack }: OnTargetProps) {
  const { borrow, target } = view;
  if (borrow === undefined) return null;
  const returning = returnUnderWay(view);
  if (returning !== undefined) {
    return (
      <p>
        It is being returned: <a href={`/deployments/${returning}`}>#{returning}</a>.
      </p>
    );
  }
  const seen = `${borrow.id}-${stamp(borrow.until)}-${borrow.attempts}-${view.live?.deployment ?? 0}`;
  return (
    <div class="buttons">
      {viewer.may('extend') && (
        <ActionForm pack={pack} action={{ action: 'extend', seen }}>
          Extend by 30m
        </ActionForm>
      )}
      {borrow.isStranded !== true && viewer.may('return') && (
        <ActionForm pack={pack} action={{ action: 'return', target, seen }} look="quiet">
          Return it
        </ActionForm>
      )}
      {viewer.may('give') && (
        <ActionForm pack={pack} action={{ action: 'give', seen }} fields={<GiveTo />} look="quiet">
          Give it
        </ActionForm>
      )}
    </div>
  );
}

// Without a value, so that what is being typed stays when the page changes under it.
function GiveTo() {
  return (
    <label>
      <span class="unseen">Give it to</span>
      <input type="text" name="to" required maxlength={100} placeholder="Name" autocomplete="off" />
    </label>
  );
}

/** For those who may take a pack from its holder. */
function StealButton({ view, viewer, pack }: OnTargetProps) {
  const { borrow } = view;
  if (borrow === undefined || returnUnderWay(view) !== undefined) return null;
  const { repository, target, ref: branch } = borrow;
  if (!viewer.mayForce('steal', { repository, target, branch, packs: [pack] })) return null;
  return (
    <div class="buttons">
      <ActionForm
        pack={pack}
        action={{ action: 'steal', seen: `${borrow.id}-${borrow.holder.userId}` }}
        look="quiet danger"
      >
        Take it from {borrow.holder.name}
      </ActionForm>
    </div>
  );
}

function stamp(at: Date): string {
  return String(at.getTime());
}

/** A lock: who, why, since and until when, and how it ends. */
export function LockNote(props: OnTargetProps & { readonly lock: Lock }) {
  const { lock, viewer, now, timeZone } = props;
  const { by, because, since, until } = lock;
  return (
    <div class="hold lock">
      <p>
        <strong>
          {viewer.is(by) ? 'You have' : `${by.name} has`} locked {lockedWords(lock)}
        </strong>{' '}
        because {because}, since <Moment at={since} now={now} timeZone={timeZone} />
        {until === undefined ? (
          ', until it is unlocked.'
        ) : (
          <>
            , until <Moment at={until} now={now} timeZone={timeZone} /> (<Countdown until={until} now={now} />
            ).
          </>
        )}
      </p>
      <p class="dim">
        {viewer.is(by) ? 'You end it' : `${by.name} ends it`} with <code>{unlockCommand(lock)}</code> in the
        chat.
      </p>
      <UnlockButton {...props} />
    </div>
  );
}

function lockedWords({ scope }: Lock): string {
  if (scope.kind === 'everything') return 'everything';
  return scope.kind === 'pack' ? 'it' : `all packs of ${scope.repository}`;
}

function unlockCommand({ scope }: Lock): string {
  return `pack unlock ${scope.kind === 'repository' ? 'repository ' : ''}${scopeName(scope)}`;
}

function UnlockButton({ lock, viewer, pack }: OnTargetProps & { readonly lock: Lock }) {
  const { scope, by, id } = lock;
  const mayUnlock = viewer.is(by) ? viewer.may('unlock') : viewer.mayForce('unlock', aboutLock(lock));
  if (!mayUnlock) return null;
  const asked = { action: 'unlock', held: scope.kind, name: scopeName(scope), seen: String(id) } as const;
  return (
    <ActionForm pack={pack} action={asked} look={viewer.is(by) ? undefined : 'quiet danger'}>
      Unlock {lockedWords(lock)}
    </ActionForm>
  );
}

/** What the door asks the rules about when somebody unlocks. */
function aboutLock({ scope }: Lock) {
  if (scope.kind === 'pack') return { packs: [scope.pack] };
  return scope.kind === 'repository' ? { repository: scope.repository } : {};
}
