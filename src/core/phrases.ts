/**
 * What a person whose turn came is asked to say: friendly, easy to speak and to type, and unmistakable from each
 * other, so that a slip of the finger never says somebody else's.
 */
export const builtInPhrases: readonly string[] = [
  'alas! ear wax!',
  'ahoy! pickled herring!',
  'behold! a teapot!',
  'bravo! warm socks!',
  'bother! lost umbrella!',
  'crikey! two badgers!',
  'cheers! ginger biscuit!',
  'dear me! marmalade!',
  'eureka! garden gnome!',
  'egad! soggy toast!',
  'forsooth! a turnip!',
  'fiddlesticks! no jam!',
  'gadzooks! purple yak!',
  'golly! giant pumpkin!',
  'good grief! a walrus!',
  'great scott! noodles!',
  'heavens! loose button!',
  'hooray! fresh lemons!',
  'hold tight! jelly ahead!',
  'huzzah! brass trumpet!',
  'hark! distant bagpipes!',
  'indeed! seven ducks!',
  'jeepers! frozen custard!',
  'jolly good! porridge!',
  'kazoo! all aboard!',
  'lo! a velvet moose!',
  'look out! bouncing peas!',
  'mercy! cheese fondue!',
  'my word! tiny hats!',
  'magnificent! mashed swede!',
  'nonsense! rubber kipper!',
  'oh bananas! wrong trousers!',
  'onward! brave hedgehog!',
  'oops! butter fingers!',
  'piffle! grumpy penguin!',
  'presto! paper lantern!',
  'quick! hide the cake!',
  'quiet please! sleeping otter!',
  'rejoice! plum dumplings!',
  'righto! wooden spoon!',
  'shiver me timbers! soup!',
  'splendid! ripe cucumber!',
  'surprise! dancing mole!',
  'ta-da! rhubarb crumble!',
  'thunder! and thistles!',
  'tally-ho! wobbly bicycle!',
  'toot toot! night train!',
  'upon my whiskers! trout!',
  'voilà! onion rings!',
  'watch this! flying carpet!',
  'well I never! blue goat!',
  'whoops! spilled gravy!',
  'wonderful! stripy zebra!',
  'yikes! cold bathwater!',
  'yippee! maple syrup!',
  'yodel! mountain goatherd!',
  'zounds! haunted wardrobe!',
  'abracadabra! fuzzy peach!',
  'bless you! pepper mill!',
  'blimey! double rainbow!',
  'curious! curly cabbage!',
  'hear hear! more pancakes!',
];

/**
 * What counts of a line that may be a phrase: its letters and digits, small, without accents; case, punctuation,
 * markup, white space and emoji don't.
 */
export function normalizePhrase(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** What a phrase is chosen from. */
export interface PhraseChoice {
  /** The phrases that are open in the channel; none of them is chosen again. */
  readonly open: ReadonlySet<string>;
  /** The phrases of the config, in place of the built-in ones. */
  readonly own?: readonly string[];
  /** Picks a number from 0 up to, not including, the given one. */
  readonly pick: (below: number) => number;
}

/** Chooses a phrase that is not open; when all are, one with a number that no open one has. */
export function choosePhrase({ open, own = [], pick }: PhraseChoice): string {
  const usable = own.filter((phrase) => normalizePhrase(phrase) !== '');
  const phrases = usable.length > 0 ? usable : builtInPhrases;
  const taken = new Set([...open].map(normalizePhrase));
  const free = phrases.filter((phrase) => !taken.has(normalizePhrase(phrase)));
  return free.length > 0 ? oneOf(free, pick) : numbered(oneOf(phrases, pick), taken);
}

function oneOf(phrases: readonly string[], pick: (below: number) => number): string {
  return phrases[pick(phrases.length)] ?? '';
}

function numbered(phrase: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number += 1) {
    const candidate = `${phrase} ${number}`;
    if (!taken.has(normalizePhrase(candidate))) return candidate;
  }
}
