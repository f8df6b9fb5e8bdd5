import { exitCodeOf, refuse } from '../core/reason.js';
import { type Client, failureFrom } from './client.js';
import type { WireEvent } from './contract.js';
import { seen, stepsOf, unseen, type WatchedDeployment, withPacks } from './progress.js';
import type { Session } from './session.js';
import { createRecordView, createView } from './watch-view.js';

/** What Ctrl-C ends a program with. */
const interrupted = 130;

/** Shows a deployment until it has ended; gives the exit code of its outcome. Ctrl-C leaves it running. */
export async function watchDeployment(session: Session, client: Client, id: number): Promise<number> {
  const abort = new AbortController();
  const stopListening = session.context.onInterrupt(() => abort.abort());
  const view = createView(session);
  let watched = unseen(id);
  try {
    for await (const event of client.deploymentEvents(id, { signal: abort.signal })) {
      watched = seen(watched, event.event, Date.parse(event.at));
      if (stepsOf(watched).total === 0 && isPlanned(event)) watched = await learnPacks(client, watched);
      view.show(watched, event);
    }
  } catch (error) {
    view.close();
    const failure = failureFrom(error);
    return failure.code === 'server-not-running' || failure.code === 'server-unreachable'
      ? session.refuse(refuse('watch-lost', { deployment: id }))
      : session.fail(failure);
  } finally {
    view.close();
    stopListening();
  }
  return watched.end === undefined ? leave(session, id) : conclude(session, client, watched);
}

/** How long a log is silent before what there was is taken to be shown, in milliseconds. */
const quietMs = 300;

/** Shows what has happened in a deployment so far, and does not wait for more. */
export async function showLog(session: Session, client: Client, id: number): Promise<number> {
  const abort = new AbortController();
  const view = createRecordView(session);
  let watched = unseen(id);
  let quiet: NodeJS.Timeout | undefined;
  const restart = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => abort.abort(), quietMs);
  };
  try {
    for await (const event of client.deploymentEvents(id, { signal: abort.signal, onOpen: restart })) {
      watched = seen(watched, event.event, Date.parse(event.at));
      view.show(watched, event);
      restart();
    }
    return 0;
  } catch (error) {
    return session.fail(failureFrom(error));
  } finally {
    clearTimeout(quiet);
  }
}

function isPlanned({ event }: WireEvent): boolean {
  return event.kind === 'planned' || event.kind === 'granted';
}

async function learnPacks(client: Client, watched: WatchedDeployment): Promise<WatchedDeployment> {
  const answer = await client.deployment(watched.id);
  if (!answer.ok) return watched;
  return withPacks(watched, answer.value.deployment.packs);
}

function leave(session: Session, id: number): number {
  session.note(
    `#${id} goes on without you. \`packtrain logs -f ${id}\` shows it again, \`packtrain cancel ${id}\` stops it.`,
  );
  return interrupted;
}

async function conclude(session: Session, client: Client, watched: WatchedDeployment): Promise<number> {
  const exitCode = exitCodeOfEnd(watched);
  const { id, end } = watched;
  const shown = await client.deployment(id);
  if (session.options.json) {
    const { warnings, chatopsLines } = (shown.ok ? shown.value.deployment.plan : undefined) ?? {};
    session.json({ deployment: id, status: end?.status, exitCode, warnings, chatopsLines });
    return exitCode;
  }
  // The words of the result are the server's, as chat has them.
  if (shown.ok && shown.value.text !== undefined) session.markdown(shown.value.text);
  return exitCode;
}

/** The exit code of a deployment that has ended: that of its own refusal, else of its worst pack's, else of its status. */
export function exitCodeOfEnd(watched: WatchedDeployment): number {
  const { id, end } = watched;
  if (end === undefined || end.status === 'succeeded') return 0;
  const refusals = [end.refusal, ...[...watched.packs.values()].map((pack) => pack.refusal)];
  const [own, ...ofPacks] = refusals.map((refusal) => (refusal === undefined ? 0 : codeOf(refusal)));
  return own || Math.max(0, ...ofPacks) || codeOf(refusalOf(id, end.status));
}

function codeOf(refusal: Parameters<typeof exitCodeOf>[0]): number {
  try {
    return exitCodeOf(refusal);
  } catch {
    // A newer server's reason, of which only the code is known here.
    return 0;
  }
}

function refusalOf(deployment: number, status: string) {
  if (status === 'failed') return refuse('deployment-failed', { deployment });
  if (status === 'errored') return refuse('deployment-errored', { deployment });
  return refuse('deployment-not-done', { deployment, status });
}
