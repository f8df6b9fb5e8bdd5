import { formatDuration } from '../core/duration.js';
import type { KeptAnnouncement } from '../store/announcements.js';

/** What the message with a draft is made of, besides the announcement. */
export interface DraftContext {
  readonly now: Date;
  readonly goesOutAt: Date;
  /** The announcement as it would go out. */
  readonly text: string;
  readonly timeZone: string | undefined;
  /** What stands before every command. */
  readonly prefix: string;
}

/** The message that shows a draft to those who may reword it, and then what became of it. */
export function draftText(one: KeptAnnouncement, context: DraftContext): string {
  const { text, prefix } = context;
  const channel = `#${one.channel.replace(/^#/u, '')}`;
  const by =
    one.rewordedBy === undefined ? '' : ` (reworded by *${one.rewordedBy.name.replace(/[*[\]]/gu, '')}*)`;
  const names = one.news.map(({ pack }) => pack);
  if (one.state === 'skipped')
    return `🔇 The news of ${names.map((name) => `*${name}*`).join(', ')} were skipped.`;
  if (one.state !== 'draft') return `📣 This went out to ${channel}${by}:\n\n${text}`;
  const [pack = 'PACK'] = names;
  const how = [
    `Reply in its thread to say it in your own words, or say \`${prefix}pack announce reword ${pack}: …\`;`,
    `\`${prefix}pack announce skip ${pack}\` leaves ${pack} out.`,
  ].join(' ');
  return `📝 This goes out to ${channel} at ${clock(context)}${by}:\n\n${text}\n\n${how}`;
}

function clock({ goesOutAt, now, timeZone }: DraftContext): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const time = new Intl.DateTimeFormat('en-GB', { ...zone, ...parts }).format(goesOutAt);
  const dayMs = 86_400_000;
  if (goesOutAt.getTime() - now.getTime() < dayMs / 2) return time;
  // In so many days people want to know the day too; the rest says how long that is.
  const day = new Intl.DateTimeFormat('en-GB', { ...zone, day: 'numeric', month: 'long' }).format(goesOutAt);
  const minutes = Math.max(0, Math.round((goesOutAt.getTime() - now.getTime()) / 60_000)) * 60_000;
  return `${time} on ${day}, in ${formatDuration(minutes)}`;
}
