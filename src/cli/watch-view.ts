import { elapsed } from '../core/elapsed.js';
import type { WireEvent } from './contract.js';
import { eventLine, packLine } from './event-line.js';
import type { WatchedDeployment } from './progress.js';
import type { Session } from './session.js';
import { statusLine } from './status-line.js';

/** Shows a deployment while it is watched. */
export interface WatchView {
  show(watched: WatchedDeployment, event: WireEvent): void;
  /** Leaves the terminal as a shell wants it. May be called again. */
  close(): void;
}

/** The view that suits the output: a line that is redrawn, a line an event, or an object a line. */
export function createView(session: Session): WatchView {
  const isLive = session.context.stdout.isTTY === true && !session.options.json;
  return isLive ? createLiveView(session) : createRecordView(session);
}

/** The view that keeps every event: a line or, for machines, an object each. */
export function createRecordView(session: Session): WatchView {
  if (session.options.json) return { show: (_, event) => session.json(event), close: () => undefined };
  return createPlainView(session);
}

function createPlainView({ print, style }: Session): WatchView {
  return {
    show(watched, { event, at }) {
      const line = eventLine(event, style);
      const time = elapsed(Date.parse(at) - (watched.since ?? Date.parse(at)));
      if (line !== undefined) print(`#${watched.id} ${time.padStart(6)}  ${line}`);
    },
    close: () => undefined,
  };
}

const clearLine = '\r\u001b[2K';
const redrawEvery = 100;

function createLiveView({ context, style }: Session): WatchView {
  const { stdout, clock } = context;
  let watched: WatchedDeployment | undefined;
  const draw = () => {
    if (watched === undefined || watched.end !== undefined) return;
    stdout.write(`${clearLine}${statusLine(watched, clock.now().getTime(), stdout.columns ?? 80, style)}`);
  };
  const timer = setInterval(draw, redrawEvery);
  let isOpen = true;
  return {
    show(now, { event }) {
      watched = now;
      const line = lastingLine(now, event, style);
      if (line !== undefined) stdout.write(`${clearLine}${line}\n`);
      draw();
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      clearInterval(timer);
      stdout.write(clearLine);
    },
  };
}

/** What stays on the terminal: what became of each pack, what was logged, and the end. Steps only pass by. */
function lastingLine(
  watched: WatchedDeployment,
  event: WireEvent['event'],
  style: Session['style'],
): string | undefined {
  if (event.kind === 'pack') {
    const isPassing = event.status === 'pending' || event.status === 'running';
    return isPassing ? undefined : `  ${packLine(event.pack, event, style)}`;
  }
  if (event.kind === 'log') return style.dim(`  ${eventLine(event, style) ?? ''}`);
  if (event.kind !== 'ended') return undefined;
  const took = elapsed((watched.until ?? 0) - (watched.since ?? 0));
  return `  #${watched.id} ${eventLine(event, style) ?? ''} ${style.dim(`in ${took}`)}`;
}
