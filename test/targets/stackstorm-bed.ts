import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ok } from '../../src/core/result.js';
import type { Activation, FillFolder, Release, Target, TargetContext } from '../../src/core/target.js';
import { type Files, nodeFiles } from '../../src/drivers/targets/directory/files.js';
import {
  createStackstormTarget,
  type StackstormTargetOptions,
} from '../../src/drivers/targets/stackstorm.js';
import {
  type FakeStackStorm,
  type FakeStackStormOptions,
  startStackStorm,
} from '../fixtures/stackstorm/fake.js';
import { mustBeOk, releaseOf, type TemporaryFolder, temporaryFolder } from './fixture.js';
import { type Meddle, startProxy } from './stackstorm-proxy.js';

/** A pack's files, by path. */
export type PackTexts = Readonly<Record<string, string>>;

/** A pack of some content types; what is given is added, and what is given as empty is left out. */
export function beans(version: string, files: PackTexts = {}): PackTexts {
  const all: PackTexts = {
    'pack.yaml': `name: beans\nversion: ${version}\nauthor: ann\n`,
    'actions/make.yaml': action('make'),
    'aliases/make.yaml': alias('make', 'make {{ who }}'),
    'rules/on_tick.yaml': rule('on_tick'),
    'policies/limit.yaml': policy('make.limit', 'beans.make'),
    ...files,
  };
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ''));
}

export const action = (name: string, more = '') =>
  `name: ${name}\nrunner_type: local-shell-cmd\ndescription: Makes beans\nparameters:\n  who:\n    type: string\n${more}`;

export const alias = (name: string, format: string) =>
  `name: ${name}\ndescription: Make beans\naction_ref: beans.make\nformats:\n  - "${format}"\n`;

export const rule = (name: string, enabled = true) =>
  `name: ${name}\ndescription: A tick\nenabled: ${enabled}\ntrigger:\n  type: core.st2.webhook\n  parameters:\n    url: beans/${name}\n` +
  `action:\n  ref: beans.make\n  parameters:\n    who: tick\n`;

export const policy = (name: string, resource: string) =>
  `name: ${name}\ndescription: Few at once\nenabled: true\nresource_ref: ${resource}\npolicy_type: action.concurrency\n` +
  `parameters:\n  threshold: 5\n  action: delay\n`;

export const sensor = (name: string) =>
  `class_name: ${name}\nentry_point: ${name}.py\ndescription: Ticks\npoll_interval: 30\ntrigger_types:\n  - name: ${name}_tick\n` +
  `    description: A tick\n    payload_schema:\n      type: object\n`;

export const python = (name: string) =>
  `name: ${name}\nrunner_type: python-script\ndescription: Python\nentry_point: ${name}.py\nenabled: true\n`;

/** Writes a pack. */
export function fillWith(files: PackTexts): FillFolder {
  return async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return ok(undefined);
  };
}

/** A fake StackStorm with a target that works on it. */
export interface StackstormBed {
  readonly folder: TemporaryFolder;
  readonly stack: FakeStackStorm;
  readonly target: Target;
  /** The lines that the target told. */
  readonly lines: string[];
  readonly context: TargetContext;
  /** The file system that its targets work on. */
  readonly files: Files;
  /** Another target on the same server and folder. */
  open(options?: Partial<StackstormTargetOptions>): Target;
  /** Stages and activates a release, without registering it. */
  switchTo(number: number, files: PackTexts, previous?: Release): Promise<Release>;
  /** Takes a release through all steps. */
  deploy(number: number, files: PackTexts, previous?: Release): Promise<Release>;
  /** The same for a rollback from what is live to the files of a release of before. */
  rollBack(
    number: number,
    files: PackTexts,
    way: { readonly from: Release; readonly to: Release },
  ): Promise<Release>;
  remove(): Promise<void>;
}

export interface BedOptions {
  readonly stack?: Partial<FakeStackStormOptions>;
  readonly target?: Partial<StackstormTargetOptions>;
  /** What every target of the bed is put into: a driver that does something less, or otherwise. */
  readonly wrap?: (target: Target, bed: Pick<StackstormBed, 'folder' | 'stack'>) => Target;
  /** What a request becomes on its way to the server; an answer in its place where one is given. */
  readonly meddle?: Meddle;
  /** Options that no target of the bed gets, whatever a story asks for. */
  readonly without?: readonly ('drain' | 'owner')[];
}

/** Starts one; to be removed at the end. */
export async function stackstormBed({
  stack: stackOptions,
  target: options,
  wrap = (target) => target,
  meddle,
  without = [],
}: BedOptions = {}): Promise<StackstormBed> {
  const folder = await temporaryFolder();
  const stack = await startStackStorm({ packsPath: folder.path, unloads: true, ...stackOptions });
  const proxy = meddle === undefined ? undefined : await startProxy(stack, meddle);
  const site = proxy === undefined ? {} : { url: proxy.url };
  const open: StackstormBed['open'] = (more) => {
    const wanted = { ...usual(stack, folder.path), ...site, ...options, ...more };
    const made = createStackstormTarget(
      Object.assign(wanted, Object.fromEntries(without.map((name) => [name, undefined]))),
    );
    return wrap(made, { folder, stack });
  };
  const target = open();
  const lines: string[] = [];
  const context: TargetContext = { log: async (line) => void lines.push(line) };
  const bed: StackstormBed = {
    ...{ folder, stack, target, lines, context, open, files: options?.files ?? nodeFiles },
    async switchTo(number, files, previous) {
      const release = releaseOf('beans', number);
      await switched(release, files, { expected: previous?.id });
      return release;
    },
    async deploy(number, files, previous) {
      const release = await bed.switchTo(number, files, previous);
      await proved(release);
      return release;
    },
    async rollBack(number, files, { from, to }) {
      const own = releaseOf('beans', number);
      const release = { ...own, source: { ...to.source, release: own.id } };
      await switched(release, files, { expected: from.id, goesBack: true });
      await proved(release);
      return release;
    },
    async remove() {
      await proxy?.close();
      await stack.close();
      await folder.remove();
    },
  };
  return bed;

  async function switched(
    release: Release,
    files: PackTexts,
    how: Pick<Activation, 'expected' | 'goesBack'>,
  ): Promise<void> {
    mustBeOk(await target.stage(release, fillWith(files), 100));
    mustBeOk(await target.activate({ release, adopt: false, ...how }, context));
  }

  async function proved(release: Release): Promise<void> {
    mustBeOk((await target.register?.(release, context)) ?? ok(undefined));
    mustBeOk(await target.verify(release, context));
  }
}

function usual(stack: FakeStackStorm, path: string): StackstormTargetOptions {
  return {
    ...{ name: 'production', url: stack.url, path, keyKind: 'api-key', key: async () => stack.key },
    ...{ virtualenvs: 'auto', verify: 'fields', clock: { now: () => new Date() } },
    ...{ requestMs: 20_000, registerMs: 20_000, virtualenvMs: 20_000, pollMs: 3, retryMs: 5 },
  };
}
