import type { AnnouncementView } from '../../core/announcement.js';
import type { RewordIntent, SkipIntent } from '../../core/intent.js';
import { bold, code } from './markdown.js';
import { packNames } from './names.js';
import { type Clockwork, clockTime } from './time.js';

/** The news of a pack as they would go out, and when and where. */
export function renderPreview(pack: string, view: AnnouncementView, context: Clockwork): string {
  if (view.text === '') return `There is nothing to announce of ${bold(pack)}: what is live has no news.`;
  return `${whenAndWhere(pack, view, context)}\n\n${view.text}`;
}

function whenAndWhere(pack: string, view: AnnouncementView, context: Clockwork): string {
  if (view.channel === undefined)
    return `${bold(view.repository)} has no ${code('announce_channel')}, so this is told to nobody:`;
  const where = `#${view.channel.replace(/^#/u, '')}`;
  if (view.goesOutAt === undefined) return `Once it is live, this goes out to ${where}:`;
  return `This goes out to ${where} ${when(view.goesOutAt, context)}; ${code(`pack announce reword ${pack}: …`)} says it in your words:`;
}

function when(at: Date, context: Clockwork): string {
  return at <= context.now ? 'in a moment' : `at ${clockTime(at, context)}`;
}

/** What the news are now that somebody has changed them. */
export function renderNewsChanged(
  intent: RewordIntent | SkipIntent,
  view: AnnouncementView | undefined,
  context: Clockwork,
): string {
  if (view === undefined || view.text === '') {
    const packs = intent.pack === undefined ? 'these packs' : packNames([intent.pack]);
    return `🔇 The news of ${packs} are not announced.`;
  }
  const at = view.goesOutAt === undefined ? '' : ` ${when(view.goesOutAt, context)}`;
  return `📝 This is what goes out${at}:\n\n${view.text}`;
}
