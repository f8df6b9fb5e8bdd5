import { type FixtureFiles, type FixtureRepository, makeRepository } from '../test/fixtures/git-repo.js';

/** How large the repository is. */
export interface Scale {
  readonly packs: number;
  readonly commits: number;
}

/** A repository of many packs with a long history. */
export interface BenchRepository {
  readonly url: string;
  /** The names of its packs. */
  readonly packs: readonly string[];
  /** Pushes a commit that changes one file of each of some packs. @returns its SHA. */
  change(...packs: readonly string[]): Promise<string>;
  /** Runs a git command in it. */
  git(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Files of each pack. */
export const filesPerPack = 20;

/** Makes the repository: one commit with all packs, and then commits that each change one file of one pack. */
export async function makeBenchRepository({ packs, commits }: Scale): Promise<BenchRepository> {
  const names = Array.from({ length: packs }, (_, i) => `pack_${String(i).padStart(3, '0')}`);
  const random = randomNumbers(7);
  const repository: FixtureRepository = await makeRepository({
    files: Object.assign({}, ...names.map(packOf)),
    message: 'Begin',
  });
  const history = Array.from({ length: commits - 1 }, (_, i) => changeOf(names[random(packs)] ?? '', i));
  await repository.commits(history);
  // As a host keeps it: packed, not as thousands of loose objects.
  await repository.git('gc', '--quiet');
  let changes = commits;
  let last: Promise<unknown> = Promise.resolve();
  return {
    url: repository.url,
    packs: names,
    change(...changed) {
      changes += 1;
      const version = changes;
      const files: FixtureFiles = Object.assign({}, ...changed.map((pack) => changeOf(pack, version)));
      // One at a time: two that begin at the same tip would not both get in.
      const pushed = last.then(() => repository.commit(files));
      last = pushed.catch(() => undefined);
      return pushed;
    },
    git: repository.git,
    remove: repository.remove,
  };
}

/** Always the same numbers below a limit: every run measures the same repository. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const actions = ['boil', 'bake', 'fry', 'grill', 'roast', 'steam', 'stew'] as const;

function packOf(pack: string): FixtureFiles {
  const root = `packs/${pack}`;
  return {
    [`${root}/pack.yaml`]: `ref: ${pack}\nname: ${pack}\ndescription: The ${pack} pack\nversion: 1.0.0\nauthor: ann\nemail: ann@example.org\n`,
    [`${root}/README.md`]: `# ${pack}\n\n${'What the pack is for, in a few lines.\n'.repeat(20)}`,
    ...Object.assign({}, ...actions.map((action) => actionOf(root, action))),
    [`${root}/aliases/boil.yaml`]: aliasOf(pack, 'boil'),
    [`${root}/aliases/bake.yaml`]: aliasOf(pack, 'bake'),
    [`${root}/rules/noon.yaml`]: ruleOf(pack, 'noon', 12),
    [`${root}/rules/dawn.yaml`]: ruleOf(pack, 'dawn', 6),
  };
}

function actionOf(root: string, action: string): FixtureFiles {
  return {
    [`${root}/actions/${action}.yaml`]: `name: ${action}\ndescription: To ${action} something\nrunner_type: python-script\nentry_point: ${action}.py\nparameters:\n  minutes:\n    type: integer\n    description: For how long\n    default: 5\n`,
    [`${root}/actions/${action}.py`]: codeOf(action, 0),
  };
}

function codeOf(action: string, version: number): string {
  const body = `    def run(self, minutes):\n        return (True, "${action} ${version} for %d minutes" % minutes)\n`;
  return `from st2common.runners.base_action import Action\n\n\nclass ${action}(Action):\n${body}${'# A line as code has many.\n'.repeat(60)}`;
}

function aliasOf(pack: string, action: string): string {
  return `name: ${action}\ndescription: To ${action} something\naction_ref: ${pack}.${action}\nformats:\n  - "${pack} ${action} for {{minutes}} minutes"\n`;
}

function ruleOf(pack: string, name: string, hour: number): string {
  return `name: ${name}\ndescription: Cooks at ${name}\nenabled: true\ntrigger:\n  type: core.st2.CronTimer\n  parameters:\n    hour: ${hour}\naction:\n  ref: ${pack}.boil\n`;
}

function changeOf(pack: string, version: number): FixtureFiles {
  const action = actions[version % actions.length] ?? 'boil';
  return { [`packs/${pack}/actions/${action}.py`]: codeOf(action, version + 1) };
}
