import { reason } from './define.js';

/** Reasons that have to do with news for the people who use the packs. */
export const announcementsReasons = {
  'no-draft': reason<{ pack: string }>({
    kind: 'missing',
    what: (p) => `No news of ${p.pack} wait to go out.`,
    next: (p) => `See what would be told with \`pack announce preview ${p.pack}\`.`,
  }),
  'draft-gone': reason<{ announcement: number }>({
    kind: 'missing',
    what: () => 'These news have gone out already, or were skipped.',
    next: () => '',
  }),
  'words-too-long': reason<{ most: number }>({
    kind: 'usage',
    what: (p) => `That is too long: an announcement has at most ${p.most} letters.`,
    next: () => 'Say it in fewer words.',
  }),
  'no-words': reason<{ pack: string }>({
    kind: 'usage',
    what: () => 'There are no words to put in place.',
    next: (p) =>
      `Say \`pack announce reword ${p.pack}: You can now …\`, or \`pack announce skip ${p.pack}\`.`,
  }),
  'pack-nowhere': reason<{ pack: string; repositories: string[] }>({
    kind: 'missing',
    what: (p) => `${p.pack} is not live, so I don't know its repository.`,
    next: (p) =>
      `Name it: \`pack announce preview ${p.pack} of ${p.repositories.length === 0 ? 'REPOSITORY' : p.repositories.slice(0, 3).join('|')}\`.`,
  }),
};
