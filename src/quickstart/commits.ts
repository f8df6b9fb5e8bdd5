/** A commit of the workspace: its files, laid over those of the commit before. */
export interface QuickstartCommit {
  /** The folder of its files, below the repository's. */
  readonly files: string;
  readonly message: string;
  readonly author: string;
  /** How long ago it was made. */
  readonly daysAgo: number;
}

/** A repository of the workspace. */
export interface QuickstartRepository {
  readonly name: string;
  /** The commits of `main`, oldest first. */
  readonly main: readonly QuickstartCommit[];
  /** Branches off the end of `main`, each of one commit. */
  readonly branches: ReadonlyMap<string, QuickstartCommit>;
}

/** The repositories of the workspace. */
export const quickstartRepositories: readonly QuickstartRepository[] = [
  {
    name: 'house-packs',
    main: [
      { files: '01-beans', message: 'Count and brew beans', author: 'ann', daysAgo: 12 },
      { files: '02-ears', message: 'Clean ears, one pair at a time', author: 'bob', daysAgo: 9 },
      { files: '03-weather', message: 'Tell the weather by the barometer', author: 'jjm', daysAgo: 6 },
      { files: '04-strength', message: 'Let people say how strong', author: 'ann', daysAgo: 3 },
    ],
    branches: new Map([
      [
        'feature/decaf',
        { files: 'feature-decaf', message: 'Coffee for the evening', author: 'bob', daysAgo: 1 },
      ],
    ]),
  },
  {
    name: 'doorbell',
    main: [
      { files: '01-ring', message: 'Ring the bell', author: 'jjm', daysAgo: 8 },
      { files: '02-times', message: 'Ring more than once', author: 'ann', daysAgo: 2 },
    ],
    branches: new Map(),
  },
];
