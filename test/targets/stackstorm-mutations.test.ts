import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../../src/core/result.js';
import type { Target } from '../../src/core/target.js';
import { nodeFiles } from '../../src/drivers/targets/directory/files.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import { type BedOptions, stackstormBed } from './stackstorm-bed.js';
import type { Meddle, Passing } from './stackstorm-proxy.js';
import { stories } from './stackstorm-stories.js';

/** A driver that does less, or otherwise, and the stories that must not come out well with it. */
interface Mutation {
  readonly bed: BedOptions;
  readonly notices: readonly (keyof typeof stories)[];
}

const fine = async (): Promise<Result<void>> => ok(undefined);
const isRegistration = ({ path }: Passing) => path.endsWith('/packs/register');

/** Changes the body of each registration. */
const registering = (change: (body: Record<string, unknown>) => object): BedOptions => ({
  meddle: (passing) => (isRegistration(passing) ? { body: change(passing.body) } : undefined),
});

/** Answers requests that never get through, as if they had. */
const dropping = (isDropped: (passing: Passing) => boolean, status: number): Meddle => {
  return (passing) => (isDropped(passing) ? { status } : undefined);
};

/** A target of the same folder that knows nothing of a server. */
const filesOnly = (path: string): Target =>
  createDirectoryTarget({ name: 'x', path, clock: { now: () => new Date() } });

const blind = (target: Target): Target => ({ ...target, verify: fine });

const mutations: Readonly<Record<string, Mutation>> = {
  'cleans no orphans up': {
    bed: { meddle: dropping(({ method }) => method === 'DELETE', 204), wrap: blind },
    notices: [
      'unregisters what the new revision has no more, and disables its sensor',
      'unregisters what was renamed within its file',
      'undoes a first deployment so that the server knows nothing of it',
    ],
  },
  'forgets that a rollback goes back': {
    bed: {
      wrap: (target) => ({
        ...target,
        activate: ({ goesBack: _, ...activation }, context) => target.activate(activation, context),
      }),
    },
    notices: ['puts back on a rollback what was enabled and disabled then, whatever was chosen since'],
  },
  'cleans no orphans up, and asks': {
    bed: { meddle: dropping(({ method }) => method === 'DELETE', 204) },
    notices: ['unregisters what was renamed within its file'],
  },
  'leaves orphaned sensors running': {
    bed: {
      meddle: dropping(({ method, path }) => method === 'PUT' && path.includes('sensor'), 200),
      wrap: blind,
    },
    notices: ['unregisters what the new revision has no more, and disables its sensor'],
  },
  'takes away whatever is in no file': {
    bed: {
      wrap: (target, { stack }) => ({
        ...target,
        async register(release, context) {
          const done = await target.register?.(release, context);
          for (const ref of stack.state.refs('rules', 'beans'))
            if (ref.includes('by_hand')) await stack.api('DELETE', `/rules/${ref}`);
          return done ?? ok(undefined);
        },
      }),
    },
    notices: ['leaves alone what was made at run time, and names it'],
  },
  'reads nothing back': {
    bed: { wrap: blind },
    notices: [
      'notices what silently was not registered',
      'notices what was never registered at all',
      'notices a config schema that is not the one of the files',
    ],
  },
  'compares only names': {
    bed: { target: { verify: 'names' } },
    notices: [
      'notices what silently was not registered',
      'notices a config schema that is not the one of the files',
    ],
  },
  'registers before it switches': {
    bed: {
      wrap: (target) => ({
        ...blind(target),
        async activate(activation, context) {
          await target.register?.(activation.release, context);
          return await target.activate(activation, context);
        },
        register: fine,
      }),
    },
    notices: ['registers what is at the place by then'],
  },
  'registers nothing': {
    bed: { wrap: (target) => ({ ...blind(target), register: fine }) },
    notices: ['registers what is at the place by then'],
  },
  'goes on after a failure to register': {
    bed: registering((body) => ({ ...body, fail_on_failure: false })),
    notices: [
      'registers the pack alone, exactly the types that it has, and fails at the first failure',
      'refuses what does not register, and puts all of it back as it was',
    ],
  },
  'registers all types': {
    bed: registering((body) => ({ ...body, types: ['all'] })),
    notices: ['registers the pack alone, exactly the types that it has, and fails at the first failure'],
  },
  'misspells the packs': {
    bed: registering(({ packs, ...body }) => ({ ...body, pack: packs })),
    notices: ['registers the pack alone, exactly the types that it has, and fails at the first failure'],
  },
  'registers several packs at once': {
    bed: {
      target: {
        files: {
          ...nodeFiles,
          symlink: async (text, path) =>
            path.endsWith('stackstorm~register') ? undefined : await nodeFiles.symlink(text, path),
        },
      },
    },
    notices: ['registers one pack at a time on a server'],
  },
  'keeps no choice of the operators': {
    bed: { meddle: dropping(({ method }) => method === 'PUT', 200), wrap: blind },
    notices: [
      'keeps what operators have enabled and disabled',
      'remembers a choice for what was away, and enables a sensor that comes back',
    ],
  },
  'restores only the files': {
    bed: {
      wrap: (target, { folder }) => ({ ...target, restore: filesOnly(folder.path).restore }),
    },
    notices: [
      'refuses what does not register, and puts all of it back as it was',
      'puts back what was made at run time and the release had overwritten',
      'undoes a first deployment so that the server knows nothing of it',
      'puts the virtualenv back when the new one fails',
    ],
  },
  'removes only the files': {
    bed: {
      wrap: (target, { folder }) => ({
        ...target,
        remove: (release) => filesOnly(folder.path).restore(release, undefined),
      }),
    },
    notices: ['takes a pack away with all that is registered of it'],
  },
  'keeps nothing of how it was': {
    bed: {
      wrap: blind,
      target: {
        files: {
          ...nodeFiles,
          readText: async (path) =>
            /stackstorm\/beans\/.*\.json$/.test(path) ? undefined : await nodeFiles.readText(path),
        },
      },
    },
    notices: [
      'unregisters what was renamed within its file',
      'refuses what does not register, and puts all of it back as it was',
    ],
  },
  'sets no virtualenv up': {
    bed: { target: { virtualenvs: 'never' } },
    notices: ['sets a virtualenv up when its requirements have changed, and only then'],
  },
  'sets a virtualenv up each time': {
    bed: { target: { virtualenvs: 'always' } },
    notices: ['sets a virtualenv up when its requirements have changed, and only then'],
  },
  'deletes the files of what it unregisters': {
    bed: {
      meddle: ({ method, path }) =>
        method === 'DELETE' && path.includes('/actions/') ? { body: { remove_files: true } } : undefined,
      wrap: blind,
    },
    notices: ['unregisters without touching a file'],
  },
  'changes a rule by its ref': {
    bed: {
      meddle: ({ method, path, body: { ref } }) =>
        method === 'PUT' ? { path: path.replace(/\/rules\/\w+$/, `/rules/${String(ref)}`) } : undefined,
      wrap: blind,
    },
    notices: ['keeps what operators have enabled and disabled', 'rolls back to exactly what was'],
  },
  'reads only the first page of a list': {
    bed: { meddle: ({ method }) => (method === 'GET' ? { hidesTotal: true } : undefined) },
    notices: ['reads lists to their end, also those that take no offset'],
  },
  'takes an execution for done that was only begun': {
    bed: {
      meddle: ({ method, path }) => {
        const [, id] = (method === 'GET' && /executions\/(\w+)$/.exec(path)) || [];
        return id === undefined ? undefined : { status: 200, says: { id, status: 'succeeded' } };
      },
    },
    notices: ['puts the virtualenv back when the new one fails'],
  },
  'puts no mark on what it begins': {
    bed: {
      meddle: ({ method, path, body: { context: _, ...body } }) =>
        method === 'POST' && path.endsWith('/executions') ? { body } : undefined,
    },
    notices: ['sets a virtualenv up once, also when it is killed before it knows of what it began'],
  },
  'does not wait for what runs': {
    bed: { without: ['drain'] },
    notices: ['waits for running actions before it switches'],
  },
  'takes no claim': {
    bed: { without: ['owner'] },
    notices: ['refuses a second Packtrain on the same server'],
  },
};

describe('a driver that', () => {
  for (const [what, { bed: options, notices }] of Object.entries(mutations)) {
    it.each(notices)(`${what} is found out by: %s`, async (name) => {
      const bed = await stackstormBed(options);
      try {
        await expect(stories[name]?.(bed)).rejects.toThrow();
      } finally {
        bed.stack.faults.release();
        await bed.remove();
      }
    });
  }
});
