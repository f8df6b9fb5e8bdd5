import type { ContentType } from '../../../core/content.js';

/** One type of what StackStorm registers from a pack. */
export interface Kind {
  /** As it is called in sentences, and as `types` of a registration names it. */
  readonly word: 'rule' | 'alias' | 'policy' | 'sensor' | 'action' | 'trigger';
  readonly type: ContentType;
  /** Its list in the API. */
  readonly path: string;
}

/** In the order in which they are taken away: what starts something goes before what is started. */
export const kinds: readonly Kind[] = [
  { word: 'rule', type: 'rules', path: '/rules' },
  { word: 'alias', type: 'aliases', path: '/actionalias' },
  { word: 'sensor', type: 'sensors', path: '/sensortypes' },
  { word: 'policy', type: 'policies', path: '/policies' },
  { word: 'action', type: 'actions', path: '/actions' },
  { word: 'trigger', type: 'triggers', path: '/triggertypes' },
];

/** One thing on the server, by its type and its ref: `rule beans.on_tick`. */
export type Key = string;

/** The key of a thing. */
export function keyOf(word: Kind['word'], ref: string): Key {
  return `${word} ${ref}`;
}
