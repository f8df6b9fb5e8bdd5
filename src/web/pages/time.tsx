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
