import { randomUUID } from 'node:crypto';
import { type Element, xml } from '@xmpp/client';
import { conditionOf } from './errors.js';
import { bareOf } from './jid.js';
import { ns } from './ns.js';

/** A message that an archive kept. */
export interface Archived {
  readonly id: string;
  /** When it was written, as the archive has it. */
  readonly at: string;
  readonly message: Element;
}

/** How far an archive was read. */
export interface Mark {
  /** The last one that was; empty: none was there yet. */
  readonly id?: string;
  readonly at: string;
}

/** The archive of a room, or of our own account. */
export interface Archive {
  /** The newest messages, the oldest of them first. */
  last(most: number): Promise<readonly Archived[]>;
  /** What came after a mark, page by page. Throws when the archive does not answer. */
  after(mark: Mark): AsyncGenerator<readonly Archived[]>;
  /** Takes a message if it is one that was asked for. */
  take(message: Element): boolean;
}

const pageSize = 100;

/** Opens an archive. @param of whose it is: nobody else can answer for it */
export function openArchive(of: string, ask: (iq: Element) => Promise<Element>): Archive {
  const asked = new Map<string, Archived[]>();

  async function page(page: Element, since?: string) {
    const queryid = randomUUID();
    const found: Archived[] = [];
    asked.set(queryid, found);
    try {
      const form = since === undefined ? undefined : formOf({ start: since });
      const query = xml('query', { xmlns: ns.archive, queryid }, form, page);
      const answer = await ask(xml('iq', { type: 'set', to: of }, query));
      const isWhole = answer.getChild('fin', ns.archive)?.attrs.complete === 'true';
      return { found, isWhole: isWhole || found.length === 0 };
    } finally {
      asked.delete(queryid);
    }
  }

  async function first(mark: Mark) {
    const { id, at } = mark;
    if (id === '') return await page(pageOf({}));
    if (id === undefined) return await page(pageOf({}), at);
    try {
      return await page(pageOf({ after: id }));
    } catch (error) {
      if (conditionOf(error) !== 'item-not-found') throw error;
      // It was thrown away since.
      return await page(pageOf({}), at);
    }
  }

  return {
    last: async (most) => (await page(pageOf({ before: '' }, most))).found,
    async *after(mark) {
      let { found, isWhole } = await first(mark);
      yield found;
      while (!isWhole) {
        ({ found, isWhole } = await page(pageOf({ after: found.at(-1)?.id ?? '' })));
        yield found;
      }
    },
    take(message) {
      const result = message.getChild('result', ns.archive);
      if (result === undefined) return false;
      const from = message.attrs.from;
      const found =
        from === undefined || bareOf(from) === of ? asked.get(result.attrs.queryid ?? '') : undefined;
      const kept = archivedOf(result);
      if (found !== undefined && kept !== undefined) found.push(kept);
      return true;
    },
  };
}

function archivedOf(result: Element): Archived | undefined {
  const forwarded = result.getChild('forwarded', ns.forward);
  const message = forwarded?.getChild('message');
  const at = forwarded?.getChild('delay', ns.delay)?.attrs.stamp;
  const { id } = result.attrs;
  return id === undefined || message === undefined || at === undefined ? undefined : { id, at, message };
}

function pageOf(from: { readonly after?: string; readonly before?: string }, most = pageSize): Element {
  const edges = Object.entries(from).map(([edge, id]) => xml(edge, {}, id));
  return xml('set', { xmlns: ns.pages }, xml('max', {}, String(most)), edges);
}

function formOf(fields: Readonly<Record<string, string>>): Element {
  const all = Object.entries({ FORM_TYPE: ns.archive, ...fields });
  return xml(
    'x',
    { xmlns: ns.form, type: 'submit' },
    all.map(([name, value]) => xml('field', { var: name }, xml('value', {}, value))),
  );
}
