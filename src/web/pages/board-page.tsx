import { formatRevision } from '../../core/repository.js';
import type { PackView } from '../../deployments/service.js';
import { countStates, isSought, type PackState, statesOf, waitingFor } from '../pack-state.js';
import { PackName } from './pack-name.js';
import { packPath } from './pack-path.js';
import { Connection, Page, type Shell } from './shell.js';
import { Countdown, Moment } from './time.js';

/** What the board shows. */
export interface BoardProps {
  readonly views: readonly PackView[];
  /** What the reader looks for; other rows are hidden. */
  readonly sought: string;
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** All packs as on a board of departures. */
export function BoardPage({ shell, ...props }: BoardProps & { readonly shell: Shell }) {
  const stream = `/board/stream${props.sought === '' ? '' : `?find=${encodeURIComponent(props.sought)}`}`;
  return (
    <Page shell={shell} title="Board" current="board" bodyClass="sheet wide" scripts={['live.js']}>
      <main id="main">
        <div class="sheet-head">
          <h1>Board</h1>
          <Connection />
          <form id="find" method="get" action="/board">
            <label>
              <span class="unseen">Show only packs with</span>
              <input
                type="search"
                name="find"
                value={props.sought}
                maxlength={100}
                placeholder="Filter"
                autocomplete="off"
                data-filters="#board tbody tr"
              />
            </label>
          </form>
        </div>
        <div id="board" hx-sse:connect={stream} hx-swap="innerMorph">
          <Board {...props} />
        </div>
      </main>
    </Page>
  );
}

/** The board itself; the stream sends it anew at each change. */
export function Board(props: BoardProps) {
  const { views } = props;
  if (views.length === 0) {
    return <p>Nothing is live yet. Deploy a pack in the chat, and it stands here.</p>;
  }
  const isShown = views.some((view) => isSought(view, props.sought));
  return (
    <>
      <p class="counts">
        {countStates(views).map(([name, count]) => (
          <span>
            <b>{count}</b> {name}
          </span>
        ))}
      </p>
      <table class="board">
        <caption class="unseen">All packs: what is live, and who has them</caption>
        <thead>
          <tr>
            <th scope="col">Pack</th>
            <th scope="col" class="roomy">
              Target
            </th>
            <th scope="col" class="roomy">
              Live
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {views.map((view) => (
            <Row {...props} view={view} />
          ))}
        </tbody>
      </table>
      <p id="nothing-found" hidden={isShown}>
        No pack fits.
      </p>
    </>
  );
}

type RowProps = BoardProps & { readonly view: PackView };

function Row({ view, views, sought, now, timeZone }: RowProps) {
  const { pack, target, live } = view;
  const revision = live === undefined ? 'not live yet' : formatRevision(live.live.revision);
  const states = statesOf(view);
  const waiting = waitingFor(view);
  const isOnSeveral = views.some((other) => other.target !== target);
  return (
    <tr id={`on-${target}-${pack}`} class={states[0]?.kind} hidden={!isSought(view, sought)}>
      <th scope="row">
        <a href={packPath(pack)}>
          <PackName pack={pack} />
        </a>
        <span class="narrow">
          {revision}
          {isOnSeveral && ` · ${target}`}
        </span>
      </th>
      <td class="roomy">{target}</td>
      <td class="roomy revision">{revision}</td>
      <td class="states">
        {states.map((state) => (
          <span class={`state ${state.kind}`}>
            <State state={state} now={now} timeZone={timeZone} />
          </span>
        ))}
        {waiting > 0 && <span class="state waits">{waiting} waiting</span>}
      </td>
    </tr>
  );
}

interface StateProps {
  readonly state: PackState;
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

function State({ state, now, timeZone }: StateProps) {
  switch (state.kind) {
    case 'free':
      return <>free</>;
    case 'deploying':
      return (
        <>
          deploying <a href={`/deployments/${state.deployment}`}>#{state.deployment}</a> for {state.by}…
        </>
      );
    case 'called': {
      const { requester, until } = state.call;
      return (
        <>
          {requester.name}’s turn until <Moment at={until} now={now} timeZone={timeZone} /> (
          <Countdown until={until} now={now} />)
        </>
      );
    }
    case 'borrowed': {
      const { holder, until } = state.borrow;
      return (
        <>
          borrowed by {holder.name} until <Moment at={until} now={now} timeZone={timeZone} /> (
          <Countdown until={until} now={now} />)
        </>
      );
    }
    case 'locked': {
      const { by, because } = state.lock;
      return (
        <>
          locked by {by.name} because {because}
        </>
      );
    }
  }
}
