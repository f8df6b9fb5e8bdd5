import { elapsed } from '../../core/elapsed.js';

/** How times are shown. */
export interface TimeStyle {
  /** An IANA name; the machine's unless given. */
  readonly timeZone?: string | undefined;
}

/** A time of day with its seconds. */
export function ExactTime({ at, timeZone }: { readonly at: Date } & TimeStyle) {
  return (
    <time class="exact" datetime={at.toISOString()} title={fullTime(at, timeZone)}>
      {formatted(at, { timeStyle: 'medium', timeZone })}
    </time>
  );
}

/** A time of day, with the day in its title; the script turns it into the reader's own zone. */
export function ClockTime({ at, timeZone }: { readonly at: Date } & TimeStyle) {
  return (
    <time class="clock" datetime={at.toISOString()} title={fullTime(at, timeZone)}>
      {formatted(at, { hour: '2-digit', minute: '2-digit', timeZone })}
    </time>
  );
}

/** A moment: its time of day alone where that is unmistakable, within half a day of now, else with its day. */
export function Moment({ at, now, timeZone }: { readonly at: Date; readonly now: Date } & TimeStyle) {
  if (Math.abs(at.getTime() - now.getTime()) < halfDayMs) return <ClockTime at={at} timeZone={timeZone} />;
  const text = formatted(at, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  return (
    <time class="day" datetime={at.toISOString()} title={fullTime(at, timeZone)}>
      {text}
    </time>
  );
}

const halfDayMs = 12 * 3_600_000;

/** How long it is until a moment, in minutes; the script counts down by the second. */
export function Countdown({ until, now }: { readonly until: Date; readonly now: Date }) {
  const left = until.getTime() - now.getTime();
  return (
    <span class="countdown" data-until={until.toISOString()}>
      {left <= 0 ? 'due' : left < 60_000 ? 'under 1m' : inMinutes(left)}
    </span>
  );
}

function inMinutes(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60
    ? `${minutes}m`
    : `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}

/** A day and time of day. */
export function FullTime({ at, timeZone }: { readonly at: Date } & TimeStyle) {
  return (
    <time class="full" datetime={at.toISOString()}>
      {fullTime(at, timeZone)}
    </time>
  );
}

function fullTime(at: Date, timeZone: string | undefined): string {
  return formatted(at, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
}

function formatted(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', options).format(at);
}

/** A span of time that ticks while it has no end. */
export interface ElapsedProps {
  readonly since: Date;
  readonly until?: Date | undefined;
  readonly now: Date;
}

/** How long something took, or takes so far: then the script counts on. */
export function Elapsed({ since, until, now }: ElapsedProps) {
  const milliseconds = (until ?? now).getTime() - since.getTime();
  return (
    <span class="elapsed" data-since={until === undefined ? since.toISOString() : undefined}>
      {elapsed(milliseconds)}
    </span>
  );
}
