import { bold, code, listed } from './marks.js';
import type { PackRef } from './pack.js';

/** What kind of thing names something of another pack. */
export type NamingKind = 'rule' | 'alias' | 'workflow' | 'policy' | 'dependency';

/** Where a pack names something of another. */
export interface NamingPlace {
  readonly pack: PackRef;
  readonly kind: NamingKind;
  /** Relative to the pack's root. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** A line of an alias, and whose it is. */
export interface AliasLine {
  readonly pack: PackRef;
  readonly alias: string;
  /** The format. */
  readonly line: string;
}

/**
 * Something that a plan does not hold up, but that whoever deploys should know: it is about what packs have to do with each
 * other. Plain JSON, stored with the plan.
 */
export type PlanWarning =
  /** Packs that need each other: there is no order in which each finds what it needs. */
  | { readonly kind: 'circle'; readonly packs: readonly PackRef[] }
  /** A pack needs another that is not there; `from` is a repository that has it. */
  | {
      readonly kind: 'missing-pack';
      readonly pack: PackRef;
      readonly needs: string;
      readonly by: readonly NamingPlace[];
      readonly from?: string;
    }
  /** A pack asks for a version of another that is not the one there. */
  | {
      readonly kind: 'other-version';
      readonly pack: PackRef;
      readonly needs: PackRef;
      readonly wanted: string;
      readonly found: string;
    }
  /** A pack needs another that a deployment of the same push was to bring, and that is not live by it. */
  | {
      readonly kind: 'not-brought';
      readonly pack: PackRef;
      readonly needs: PackRef;
      readonly deployment: number;
      /** Whether that deployment has ended; else it stands still. */
      readonly isOver: boolean;
    }
  /** What is removed is still named elsewhere. */
  | {
      readonly kind: 'still-named';
      readonly pack: PackRef;
      readonly what: 'action' | 'trigger' | 'pack';
      /** The ref of what is removed. */
      readonly ref: string;
      readonly by: readonly NamingPlace[];
    }
  /** Two aliases take the same line; `example` is one. */
  | {
      readonly kind: 'alias-clash';
      readonly pack: PackRef;
      readonly first: AliasLine;
      readonly second: AliasLine;
      readonly example: string;
    }
  /** Live packs that could not be read, so that nothing is known of what they name. */
  | { readonly kind: 'unread'; readonly packs: readonly PackRef[] };

/** Whether a warning is about one of some packs of its plan. */
export function concerns(warning: PlanWarning, isMeant: (pack: PackRef) => boolean): boolean {
  if (warning.kind === 'unread') return true;
  return warning.kind === 'circle' ? warning.packs.every(isMeant) : isMeant(warning.pack);
}

/** The most places that are named one by one. */
const placesNamed = 3;

/** A warning as a sentence or two of chat Markdown, without a mark before it. */
export function warningText(warning: PlanWarning): string {
  switch (warning.kind) {
    case 'circle':
      return `${packsText(warning.packs)} need each other, so whichever is first misses something for a moment. They go live in this order.`;
    case 'missing-pack':
      return missingText(warning);
    case 'other-version':
      return `${bold(warning.pack)} asks for ${code(warning.wanted)} of ${bold(warning.needs)}, and ${code(warning.found)} is there.`;
    case 'not-brought':
      return notBroughtText(warning);
    case 'still-named':
      return namedText(warning);
    case 'alias-clash':
      return clashText(warning);
    case 'unread':
      return `What ${packsText(warning.packs)} ${warning.packs.length === 1 ? 'names' : 'name'} of other packs could not be read: the repository is not configured any more, or the commit is gone.`;
  }
}

/** The most packs that are named one by one. */
const packsNamed = 6;

function packsText(packs: readonly PackRef[]): string {
  const names = packs.map(bold);
  if (names.length <= packsNamed + 1) return listed(names);
  return `${names.slice(0, packsNamed).join(', ')} and ${names.length - packsNamed} more`;
}

type Of<K extends PlanWarning['kind']> = Extract<PlanWarning, { kind: K }>;

function missingText({ pack, needs, by, from }: Of<'missing-pack'>): string {
  const what = `${bold(pack)} needs the pack ${bold(needs)}, which is not live (${placesText(by, pack)}).`;
  if (from === undefined) return `${what} No configured repository is known to have it.`;
  return `${what} Deploy it with ${code(`pack deploy ${from} ${needs}`)}.`;
}

function notBroughtText({ pack, needs, deployment, isOver }: Of<'not-brought'>): string {
  const why = isOver
    ? `#${deployment} has not brought`
    : `#${deployment}, which is to bring it, stands still`;
  const what = isOver ? `${why} what was pushed of it` : why;
  return `${bold(pack)} needs ${bold(needs)}, but ${what}: ${code(`pack why ${needs}`)} tells more.`;
}

function namedText({ pack, what, ref, by }: Of<'still-named'>): string {
  const where = placesText(by, undefined);
  const isOwn = by.every((place) => place.pack === pack);
  const who = `${counted(by)}${isOwn ? '' : ' elsewhere'}`;
  const verb = by.length === 1 ? verbs[what].one : verbs[what].many;
  return `${who} still ${verb} the removed ${what} ${what === 'pack' ? bold(ref) : code(ref)}: ${where}.`;
}

const verbs = {
  action: { one: 'calls', many: 'call' },
  trigger: { one: 'waits for', many: 'wait for' },
  pack: { one: 'names', many: 'name' },
} as const;

function clashText({ first, second, example }: Of<'alias-clash'>): string {
  const side = ({ pack, alias, line }: AliasLine) => `${code(line)} (alias ${code(`${pack}.${alias}`)})`;
  const line = first.line === second.line ? '' : `, say ${code(example)}`;
  return `Two aliases take the same line${line}: ${side(first)} and ${side(second)}. StackStorm refuses a line that two take.`;
}

const nouns: Readonly<Record<NamingKind, readonly [one: string, many: string]>> = {
  rule: ['rule', 'rules'],
  alias: ['alias', 'aliases'],
  workflow: ['workflow', 'workflows'],
  policy: ['policy', 'policies'],
  dependency: ['pack.yaml', 'pack.yaml'],
};

/** How many of which kind: `3 rules and 1 workflow`. A workflow that names a thing twice is one. */
function counted(by: readonly NamingPlace[]): string {
  const files = new Map(by.map((place) => [`${place.pack} ${place.file}`, place.kind]));
  const kinds = [...files.values()];
  const parts = (Object.keys(nouns) as NamingKind[]).flatMap((kind) => {
    const number = kinds.filter((one) => one === kind).length;
    return number === 0 ? [] : [`${number} ${nouns[kind][number === 1 ? 0 : 1]}`];
  });
  return listed(parts);
}

function placesText(by: readonly NamingPlace[], at: PackRef | undefined): string {
  const shown = by.length <= placesNamed + 1 ? by : by.slice(0, placesNamed);
  const rest = by.length - shown.length;
  const places = shown.map(
    ({ pack, file, line }) => `${pack === at ? '' : `${bold(pack)} `}${code(`${file}:${line}`)}`,
  );
  return rest === 0 ? listed(places) : `${places.join(', ')} and ${rest} more`;
}
