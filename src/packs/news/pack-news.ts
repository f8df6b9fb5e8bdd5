import type { NewsSource, PackNews } from '../../core/announcement.js';
import type { ContentDiff, PackContent } from '../../core/content.js';
import { changelogNews } from './changelog.js';
import { commitNews } from './commits.js';
import { contentNews } from './content.js';
import { type NoteFile, notesOf } from './notes.js';
import { cut, phraseOf } from './text.js';

/** Everything from which the news of one pack can be taken. */
export interface NewsMaterial {
  readonly diff: ContentDiff;
  readonly before?: PackContent | undefined;
  readonly after?: PackContent | undefined;
  /** The notes that were added with the change, of the whole repository. */
  readonly notes: readonly NoteFile[];
  /** The text of the pack's change log. */
  readonly changelog?: string | undefined;
  /** The subjects of the commits that touch the pack, newest first. */
  readonly subjects: readonly string[];
}

const mostPoints = 10;
const longestPoint = 500;
const longestInAll = 2_000;

/**
 * What is new in a pack, from the first source that says something: notes beside the change, the change log, the content,
 * the commits. Undefined when none does, so that there is nothing to announce.
 */
export function packNews(material: NewsMaterial): PackNews | undefined {
  const { diff, before, after } = material;
  const change = diff.version.after === null ? 'removed' : diff.version.before === null ? 'new' : 'changed';
  const [source, points] = pick(material, change);
  if (points.length === 0 && change === 'changed') return undefined;
  const description = (after ?? before)?.manifest.description;
  return {
    pack: diff.pack,
    change,
    version: diff.version.after ?? diff.version.before ?? '',
    description: typeof description === 'string' ? phraseOf(description) : '',
    source,
    points: bounded(points),
  };
}

function pick(material: NewsMaterial, change: PackNews['change']): readonly [NewsSource, readonly string[]] {
  const { diff, before, after, notes, changelog, subjects } = material;
  const noted = change === 'removed' ? [] : notesOf(diff.pack, notes);
  const content = () => contentNews(diff, { before, after });
  // Who sees a pack for the first time wants to know all that one can do with it, not what was mended in it.
  if (change === 'new') return [noted.length > 0 ? 'notes' : 'content', [...noted, ...content()]];
  if (change === 'removed') return ['content', content()];
  const span = { before: diff.version.before ?? '', after: diff.version.after ?? '' };
  const sources: readonly (readonly [NewsSource, () => readonly string[]])[] = [
    ['notes', () => noted],
    ['changelog', () => (changelog === undefined ? [] : changelogNews(changelog, span))],
    ['content', content],
    ['commits', () => commitNews(subjects)],
  ];
  for (const [source, read] of sources) {
    const points = read();
    if (points.length > 0) return [source, points];
  }
  return ['content', []];
}

/** So many points and letters as people read; how many more there are is said. */
function bounded(points: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let length = 0;
  for (const point of points) {
    const short = cut(point, longestPoint);
    length += short.length;
    if (shown.length === mostPoints || (length > longestInAll && shown.length > 0)) break;
    shown.push(short);
  }
  const rest = points.length - shown.length;
  return rest === 0 ? shown : [...shown, `…and ${rest} more.`];
}
