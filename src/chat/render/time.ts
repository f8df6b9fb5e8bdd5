const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took, as people say it: `0.4 s`, `12 s`, `3 min 5 s`, `1 h 2 min`, `2 d 3 h`. */
export function took(ms: number): string {
  const time = Math.max(0, ms);
  if (time < 9_950) return `${(time / second).toFixed(1)} s`;
  const seconds = Math.round(time / second) * second;
  if (seconds < minute) return `${seconds / second} s`;
  if (seconds < hour) return twoUnits(seconds, [minute, 'min'], [second, 's']);
  if (seconds < day) return twoUnits(seconds, [hour, 'h'], [minute, 'min']);
  return twoUnits(seconds, [day, 'd'], [hour, 'h']);
}

type Unit = readonly [size: number, name: string];

function twoUnits(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${Math.floor(ms / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

/** How long ago something was, as people say it: `just now`, `3 minutes ago`, `on 2026-03-01`. */
export function ago(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime();
  if (ms < 45 * second) return 'just now';
  if (ms < 45 * minute) return since(ms, minute, 'minute');
  if (ms < 22 * hour) return since(ms, hour, 'hour');
  if (ms < 26 * day) return since(ms, day, 'day');
  return `on ${at.toISOString().slice(0, 10)}`;
}

function since(ms: number, size: number, name: string): string {
  const n = Math.max(1, Math.round(ms / size));
  return `${n} ${name}${n === 1 ? '' : 's'} ago`;
}

/** What a point in time is shown with. */
export interface Clockwork {
  readonly now: Date;
  /** An IANA name; the machine's time zone unless given. */
  readonly timeZone?: string;
}

/** A point in time as people say it, to the minute: `15:04`, `08:00 tomorrow`, `15:04 on 3 March 2026`. */
export function clockTime(at: Date, { now, timeZone }: Clockwork): string {
  const time = partsOf(at, timeZone);
  const clock = `${time.hour}:${time.minute}`;
  if (time.day === partsOf(now, timeZone).day) return clock;
  if (time.day === partsOf(new Date(now.getTime() + day), timeZone).day) return `${clock} tomorrow`;
  if (time.day === partsOf(new Date(now.getTime() - day), timeZone).day) return `${clock} yesterday`;
  return `${clock} on ${time.day}`;
}

function partsOf(at: Date, timeZone: string | undefined) {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === undefined ? {} : { timeZone }),
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    hour: part('hour'),
    minute: part('minute'),
    day: `${part('day')} ${part('month')} ${part('year')}`,
  };
}
