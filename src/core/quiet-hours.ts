/** The hours in which nothing returns by itself for a holder who asked for the night: `HH:MM`, over midnight too. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

const minutesOfDay = 24 * 60;

/**
 * When the quiet hours end that a time falls into, or the next ones if it falls into none.
 * @param timeZone an IANA name; the machine's unless given
 */
export function endOfQuiet(at: Date, quiet: QuietHours, timeZone?: string): Date {
  const until = minutesOf(quiet.to) - minuteOf(at, timeZone);
  const minutes = until > 0 ? until : until + minutesOfDay;
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000 + minutes * 60_000);
}

/** Whether a time falls into the quiet hours. */
export function isQuiet(at: Date, quiet: QuietHours, timeZone?: string): boolean {
  const now = minuteOf(at, timeZone);
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function minuteOf(at: Date, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  return minutesOf(format.format(at));
}
