import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ok } from '../../src/core/result.js';
import { mustBeOk, outcome, refusalText, releaseOf } from './fixture.js';
import { action, beans, fillWith, python, rule, type StackstormBed, sensor } from './stackstorm-bed.js';

/** What a StackStorm target must do, told so that it can be tried on drivers that do less, too. */
export type Story = (bed: StackstormBed) => Promise<void>;

const watching = {
  'sensors/Watch.yaml': sensor('Watch'),
  'sensors/Watch.py': 'class Watch: pass\n',
};

const options = (names: readonly string[]) => ({
  'config.schema.yaml': names.map((name) => `${name}:\n  type: string\n  required: false\n`).join(''),
});

const requirements = (...lines: readonly string[]) => ({
  'actions/calc.yaml': python('calc'),
  'actions/calc.py': '',
  'requirements.txt': `${lines.join('\n')}\n`,
});

/** What the server has of the pack, as its users see it. */
function seen({ stack }: StackstormBed): unknown {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => key !== 'context');
    return Object.fromEntries(entries.map(([key, one]) => [key, plain(one)]));
  };
  return plain(stack.state.snapshot('beans'));
}

const registrations = ({ stack }: StackstormBed) =>
  stack.calls.filter(({ path }) => path.endsWith('/packs/register')).map(({ body }) => body);

const refsOf = (
  { stack }: StackstormBed,
  kind: 'actions' | 'rules' | 'actionalias' | 'policies' | 'triggertypes',
) => stack.state.refs(kind, 'beans');

const enabled = (
  { stack }: StackstormBed,
  kind: 'rules' | 'actions' | 'sensortypes' | 'actionalias',
  name: string,
) => stack.state.get(kind, `beans.${name}`)?.enabled;

/** Each story by its name. */
export const stories: Readonly<Record<string, Story>> = {
  async 'registers the pack alone, exactly the types that it has, and fails at the first failure'(bed) {
    await bed.deploy(1, beans('1.0.0', { 'policies/limit.yaml': '', 'aliases/make.yaml': '' }));
    expect(registrations(bed)).toEqual([
      { packs: ['beans'], types: ['action', 'rule'], fail_on_failure: true },
    ]);
    expect(refsOf(bed, 'actions')).toEqual(['beans.make']);
  },

  async 'registers what is at the place by then'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    await bed.deploy(2, beans('2.0.0', { 'actions/more.yaml': action('more') }), first);
    expect(bed.stack.state.get('packs', 'beans')?.version).toBe('2.0.0');
    expect(refsOf(bed, 'actions')).toEqual(['beans.make', 'beans.more']);
  },

  async 'unregisters what the new revision has no more, and disables its sensor'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', { ...watching, 'actions/old.yaml': action('old') }));
    const second = beans('2.0.0', {
      'rules/on_tick.yaml': '',
      'aliases/make.yaml': '',
      'policies/limit.yaml': '',
    });
    await bed.deploy(2, second, first);
    expect(refsOf(bed, 'actions')).toEqual(['beans.make']);
    for (const kind of ['rules', 'actionalias', 'policies', 'triggertypes'] as const)
      expect(refsOf(bed, kind)).toEqual([]);
    expect(enabled(bed, 'sensortypes', 'Watch')).toBe(false);
  },

  async 'unregisters what was renamed within its file'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    await bed.deploy(2, beans('1.0.1', { 'rules/on_tick.yaml': rule('on_tock') }), first);
    expect(refsOf(bed, 'rules')).toEqual(['beans.on_tock']);
  },

  async 'unregisters without touching a file'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', { 'actions/old.yaml': action('old') }));
    await bed.deploy(2, beans('2.0.0', { 'actions/old.yaml': action('older') }), first);
    expect(refsOf(bed, 'actions')).toEqual(['beans.make', 'beans.older']);
    const file = join(bed.folder.path, 'beans', 'actions', 'old.yaml');
    expect(await readFile(file, 'utf8')).toContain('name: older');
  },

  async 'reads lists to their end, also those that take no offset'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', { 'rules/on_tick.yaml': rule('zz_last') }));
    const last = bed.stack.state.get('rules', 'beans.zz_last');
    for (let n = 100; n < 210; n++) {
      const name = `made_${n}`;
      bed.stack.state.put('rules', `beans.${name}`, {
        ...last,
        name,
        ref: `beans.${name}`,
        id: bed.stack.state.newId(),
      });
    }
    await bed.deploy(2, beans('2.0.0', { 'rules/on_tick.yaml': '' }), first);
    expect(refsOf(bed, 'rules')).toHaveLength(110);
    expect(refsOf(bed, 'rules')).not.toContain('beans.zz_last');
  },

  async 'leaves alone what was made at run time, and names it'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    const made = {
      name: 'by_hand',
      pack: 'beans',
      trigger: { type: 'core.st2.webhook', parameters: { url: 'x' } },
    };
    await bed.stack.api('POST', '/rules', { ...made, action: { ref: 'beans.make', parameters: {} } });
    const second = await bed.deploy(2, beans('2.0.0', { 'rules/on_tick.yaml': '' }), first);
    expect(refsOf(bed, 'rules')).toEqual(['beans.by_hand']);
    expect(bed.lines.join('\n')).toContain('rule beans.by_hand');
    mustBeOk((await bed.target.remove?.(second, bed.context)) ?? ok(undefined));
    expect(refsOf(bed, 'rules')).toEqual(['beans.by_hand']);
  },

  async 'keeps what operators have enabled and disabled'(bed) {
    const files = { ...watching, 'rules/dark.yaml': rule('dark', false) };
    const first = await bed.deploy(1, beans('1.0.0', files));
    await bed.stack.toggle('rules', 'beans.on_tick', false);
    await bed.stack.toggle('rules', 'beans.dark', true);
    await bed.stack.toggle('actions', 'beans.make', false);
    await bed.stack.toggle('actionalias', 'beans.make', false);
    await bed.stack.toggle('sensortypes', 'beans.Watch', false);
    const second = await bed.deploy(2, beans('1.1.0', files), first);
    await bed.deploy(3, beans('1.2.0', files), second);
    expect(enabled(bed, 'rules', 'on_tick')).toBe(false);
    expect(enabled(bed, 'rules', 'dark')).toBe(true);
    expect(enabled(bed, 'actions', 'make')).toBe(false);
    expect(enabled(bed, 'actionalias', 'make')).toBe(false);
    expect(enabled(bed, 'sensortypes', 'Watch')).toBe(false);
  },

  async 'follows a file that changes its own mind, where nobody has chosen'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    const second = await bed.deploy(
      2,
      beans('1.1.0', { 'rules/on_tick.yaml': rule('on_tick', false) }),
      first,
    );
    expect(enabled(bed, 'rules', 'on_tick')).toBe(false);
    await bed.deploy(3, beans('1.2.0'), second);
    expect(enabled(bed, 'rules', 'on_tick')).toBe(true);
  },

  async 'remembers a choice for what was away, and enables a sensor that comes back'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', watching));
    await bed.stack.toggle('rules', 'beans.on_tick', false);
    const second = await bed.deploy(2, beans('2.0.0', { 'rules/on_tick.yaml': '' }), first);
    expect(enabled(bed, 'sensortypes', 'Watch')).toBe(false);
    await bed.deploy(3, beans('1.0.0', watching), second);
    expect(enabled(bed, 'rules', 'on_tick')).toBe(false);
    expect(enabled(bed, 'sensortypes', 'Watch')).toBe(true);
  },

  async 'rolls back to exactly what was'(bed) {
    const old = beans('1.0.0', { ...watching, 'actions/old.yaml': action('old') });
    const first = await bed.deploy(1, old);
    await bed.stack.toggle('rules', 'beans.on_tick', false);
    const before = seen(bed);
    const changed = { 'actions/make.yaml': action('make', '  howmany:\n    type: integer\n') };
    const second = await bed.deploy(2, beans('2.0.0', { ...changed, 'rules/new.yaml': rule('new') }), first);
    expect(seen(bed)).not.toEqual(before);
    await bed.deploy(3, old, second);
    expect(seen(bed)).toEqual(before);
  },

  async 'puts back on a rollback what was enabled and disabled then, whatever was chosen since'(bed) {
    const old = beans('1.0.0', watching);
    const first = await bed.deploy(1, old);
    await bed.stack.toggle('rules', 'beans.on_tick', false);
    const before = seen(bed);
    const second = await bed.deploy(2, beans('2.0.0', watching), first);
    await bed.stack.toggle('rules', 'beans.on_tick', true);
    await bed.stack.toggle('actions', 'beans.make', false);
    await bed.stack.toggle('sensortypes', 'beans.Watch', false);
    const third = await bed.rollBack(3, old, { from: second, to: first });
    expect(seen(bed)).toEqual(before);
    // What was chosen in between is of the past, also for the next one.
    await bed.deploy(4, beans('3.0.0', watching), third);
    expect(enabled(bed, 'rules', 'on_tick')).toBe(false);
    expect(enabled(bed, 'actions', 'make')).toBe(true);
    expect(enabled(bed, 'sensortypes', 'Watch')).toBe(true);
  },

  async 'refuses what does not register, and puts all of it back as it was'(bed) {
    const old = { ...watching, ...options(['pot']), 'actions/old.yaml': action('old') };
    const first = await bed.deploy(1, beans('1.0.0', old));
    await bed.stack.toggle('rules', 'beans.on_tick', false);
    const before = seen(bed);
    const fresh = { ...options(['pot', 'stove']), 'actions/new.yaml': action('new') };
    const broken = { ...fresh, 'rules/zz.yaml': 'name: zz\naction: [' };
    const second = await bed.switchTo(2, beans('2.0.0', broken), first);
    const refused = await bed.target.register?.(second, bed.context);
    expect(refused && refusalText(refused)).toMatch(/rules\/zz\.yaml/);
    expect(bed.stack.state.get('packs', 'beans')?.version).toBe('2.0.0');
    mustBeOk(await bed.target.restore(second, first.id, bed.context));
    expect(seen(bed)).toEqual(before);
    expect(outcome(await bed.target.verify(first))).toBe('ok');
  },

  async 'puts back what was made at run time and the release had overwritten'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    const trigger = { type: 'core.st2.webhook', parameters: { url: 'mine' } };
    const made = { name: 'extra', pack: 'beans', trigger, enabled: true };
    await bed.stack.api('POST', '/rules', { ...made, action: { ref: 'core.noop', parameters: {} } });
    const before = seen(bed);
    const second = await bed.deploy(2, beans('2.0.0', { 'rules/extra.yaml': rule('extra') }), first);
    expect(seen(bed)).not.toEqual(before);
    mustBeOk(await bed.target.restore(second, first.id, bed.context));
    expect(seen(bed)).toEqual(before);
  },

  async 'undoes a first deployment so that the server knows nothing of it'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    mustBeOk(await bed.target.restore(first, undefined, bed.context));
    expect(bed.stack.state.get('packs', 'beans')).toBeUndefined();
    for (const kind of ['actions', 'rules', 'actionalias', 'policies'] as const)
      expect(refsOf(bed, kind)).toEqual([]);
  },

  async 'takes a pack away with all that is registered of it'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', watching));
    const second = await bed.deploy(2, beans('2.0.0', watching), first);
    for (const _ of ['once', 'again'])
      mustBeOk((await bed.target.remove?.(second, bed.context)) ?? ok(undefined));
    expect(mustBeOk(await bed.target.live('beans'))).toEqual({ state: 'absent' });
    expect(bed.stack.state.get('packs', 'beans')).toBeUndefined();
    expect(refsOf(bed, 'actions')).toEqual([]);
  },

  async 'notices what silently was not registered'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    bed.stack.faults.drop(/^rule beans\.on_tick/);
    const changed = rule('on_tick').replace('who: tick', 'who: tock');
    const second = await bed.switchTo(2, beans('2.0.0', { 'rules/on_tick.yaml': changed }), first);
    mustBeOk((await bed.target.register?.(second, bed.context)) ?? ok(undefined));
    expect(refusalText(await bed.target.verify(second))).toMatch(/rule beans\.on_tick differs in action/);
  },

  async 'notices a config schema that is not the one of the files'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', options(['pot'])));
    bed.stack.faults.drop(/^config_schema beans/);
    const second = await bed.switchTo(2, beans('2.0.0', options(['pot', 'stove'])), first);
    mustBeOk((await bed.target.register?.(second, bed.context)) ?? ok(undefined));
    expect(refusalText(await bed.target.verify(second))).toMatch(/its config schema differs in stove\b/);
  },

  async 'notices what was never registered at all'(bed) {
    const first = await bed.switchTo(1, beans('1.0.0'));
    expect(outcome(await bed.target.verify(first))).toBe('st2-differs');
  },

  async 'sets a virtualenv up when its requirements have changed, and only then'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', requirements('requests==2.0')));
    expect(bed.stack.state.virtualenvs.get('beans')).toMatchObject({ complete: true, made: 1 });
    const second = await bed.deploy(2, beans('1.1.0', requirements('requests==2.0')), first);
    expect(bed.stack.state.virtualenvs.get('beans')).toMatchObject({ made: 1, updated: 0 });
    await bed.deploy(3, beans('1.2.0', requirements('requests==3.0')), second);
    expect(bed.stack.state.virtualenvs.get('beans')?.requirements).toEqual(['requests==3.0']);
    expect(bed.lines.join('\n')).toContain('successfully created');
    expect(bed.lines.join('\n')).toMatch(/packs\.setup_virtualenv \w+: succeeded/);
  },

  async 'sets a virtualenv up once, also when it is killed before it knows of what it began'(bed) {
    const release = await bed.switchTo(1, beans('1.0.0', requirements('requests==2.0')));
    const isNote = (path: string) => path.endsWith('stackstorm/beans/virtualenv');
    let notes = 0;
    // The world ends between the request and the note of its answer.
    const rename: typeof bed.files.rename = async (from, to) => {
      if (isNote(to) && ++notes === 2) throw new Error('killed');
      await bed.files.rename(from, to);
    };
    const killed = bed.open({ files: { ...bed.files, rename } });
    await expect(killed.register?.(release, bed.context)).rejects.toThrow('killed');
    mustBeOk((await bed.target.register?.(release, bed.context)) ?? ok(undefined));
    const started = bed.stack.calls.filter(
      ({ method, path }) => method === 'POST' && /executions$/.test(path),
    );
    expect(started).toHaveLength(1);
    expect(bed.stack.state.virtualenvs.get('beans')).toMatchObject({ complete: true });
  },

  async 'puts the virtualenv back when the new one fails'(bed) {
    const first = await bed.deploy(1, beans('1.0.0', requirements('requests==2.0')));
    const before = seen(bed);
    bed.stack.pip.missing.add('no_such');
    const second = await bed.switchTo(2, beans('2.0.0', requirements('no_such==9')), first);
    const failed = await bed.target.register?.(second, bed.context);
    expect(failed && refusalText(failed)).toMatch(/No matching distribution found for no_such==9/);
    mustBeOk(await bed.target.restore(second, first.id, bed.context));
    const virtualenv = { requirements: ['requests==2.0'], complete: true };
    expect(bed.stack.state.virtualenvs.get('beans')).toMatchObject(virtualenv);
    expect(seen(bed)).toEqual(before);
  },

  async 'waits for running actions before it switches'(bed) {
    const first = await bed.deploy(1, beans('1.0.0'));
    const [own, other] = [bed.stack.run('beans.make'), bed.stack.run('core.noop')];
    const draining = bed.open({ drain: { waitMs: 5_000, otherwise: 'give-up' } });
    const release = releaseOf('beans', 2);
    mustBeOk(await draining.stage(release, fillWith(beans('2.0.0')), 100));
    const switched = draining.activate({ release, expected: first.id, adopt: false }, bed.context);
    let isSwitched = false;
    void switched.then(() => {
      isSwitched = true;
    });
    const isWaiting = () => bed.lines.join().includes('waiting for 1 execution of beans');
    await expect.poll(() => isWaiting() || isSwitched).toBe(true);
    expect(mustBeOk(await bed.target.live('beans'))).toMatchObject({ release: { id: first.id } });
    own.finish();
    expect(outcome(await switched)).toBe('ok');
    other.finish();
  },

  async 'registers one pack at a time on a server'(bed) {
    bed.stack.faults.whileRegistering({ kind: 'hold', at: 'action' });
    const [first, second] = [releaseOf('beans', 1), releaseOf('peas', 2)];
    const peas = { ...beans('1.0.0'), 'pack.yaml': 'name: peas\nversion: 1.0.0\nauthor: ann\n' };
    mustBeOk(await bed.target.stage(first, fillWith(beans('1.0.0')), 100));
    mustBeOk(await bed.target.stage(second, fillWith(peas), 100));
    for (const release of [first, second])
      mustBeOk(await bed.target.activate({ release, expected: undefined, adopt: false }));
    const one = bed.target.register?.(first);
    await expect.poll(() => bed.stack.faults.isHolding).toBe(true);
    let asked = 0;
    const symlink: typeof bed.files.symlink = (text, path) => {
      asked += 1;
      return bed.files.symlink(text, path);
    };
    const other = bed.open({ files: { ...bed.files, symlink } }).register?.(second);
    // It has come to the lock, and more than once, or beside the first.
    await expect.poll(() => asked > 1 || bed.stack.registrations.mostAtOnce > 1).toBe(true);
    bed.stack.faults.release();
    expect((await Promise.all([one, other])).map((result) => result && outcome(result))).toEqual([
      'ok',
      'ok',
    ]);
    expect(bed.stack.registrations).toMatchObject({ total: 2, mostAtOnce: 1 });
  },

  async 'refuses a second Packtrain on the same server'(bed) {
    const ours = bed.open({ owner: async () => 'one' });
    const release = releaseOf('beans', 1);
    mustBeOk(await ours.stage(release, fillWith(beans('1.0.0')), 100));
    mustBeOk(await ours.activate({ release, expected: undefined, adopt: false }));
    const theirs = bed.open({ owner: async () => 'two' });
    const next = releaseOf('beans', 2);
    mustBeOk(await theirs.stage(next, fillWith(beans('2.0.0')), 100));
    const refused = await theirs.activate({ release: next, expected: release.id, adopt: false });
    const marker = join(bed.folder.path, '.packtrain', 'owner');
    expect(refusalText(refused)).toContain(`Another Packtrain (packtrain-one)`);
    expect(refusalText(refused)).toContain(`rm ${marker}`);
    expect(outcome((await bed.open({ owner: async () => 'one' }).register?.(release)) ?? ok(undefined))).toBe(
      'ok',
    );
    expect((await theirs.check()).map(({ what }) => what).join()).toContain('Another Packtrain');
  },
};
