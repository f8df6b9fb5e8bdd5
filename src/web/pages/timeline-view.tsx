import type { Stop } from '../timeline.js';
import { Elapsed, ExactTime } from './time.js';

interface TimelineProps {
  readonly stops: readonly Stop[];
  readonly now: Date;
  readonly timeZone?: string | undefined;
}

/** A deployment's way as a line with its stops. */
export function TimelineView({ stops, now, timeZone }: TimelineProps) {
  return (
    <ol class="timeline">
      {stops.map((stop) => (
        <li class={stop.state}>
          <ExactTime at={stop.at} timeZone={timeZone} />
          <span class="stop">
            {stop.pack && <strong>{stop.pack} </strong>}
            {stop.label}
            {stop.note && <span class="dim"> {stop.note}</span>}
          </span>
          {hasLength(stop) && <Elapsed since={stop.at} until={stop.until} now={now} />}
        </li>
      ))}
    </ol>
  );
}

function hasLength(stop: Stop): boolean {
  return stop.until !== undefined || stop.state === 'running' || stop.state === 'waiting';
}
