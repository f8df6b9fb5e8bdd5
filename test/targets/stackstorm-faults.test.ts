import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Release, Target } from '../../src/core/target.js';
import { nodeFiles } from '../../src/drivers/targets/directory/files.js';
import { mustBeOk, outcome, refusalText, releaseOf, temporaryFolder } from './fixture.js';
import { beans, fillWith, type StackstormBed, stackstormBed } from './stackstorm-bed.js';

const register = { method: 'POST', path: '/packs/register' };

describe('a StackStorm target whose server', () => {
  let bed: StackstormBed;
  let first: Release;

  beforeEach(async () => {
    bed = await stackstormBed();
    first = await bed.deploy(1, beans('1.0.0'));
  });
  afterEach(() => bed.remove());

  /** Registers a second release, which must be refused, and goes back. */
  async function failing(by: Target = bed.target): Promise<string> {
    const second = await bed.switchTo(2, beans('2.0.0'), first);
    const refused = await by.register?.(second, bed.context);
    bed.stack.faults.clear();
    mustBeOk(await bed.target.restore(second, first.id, bed.context));
    expect(bed.stack.state.get('packs', 'beans')?.version).toBe('1.0.0');
    expect(outcome(await bed.target.verify(first))).toBe('ok');
    return refused === undefined ? '' : refusalText(refused);
  }

  it('knows the key no more: says so without the key’s hash, and tries once', async () => {
    const other = bed.open({ key: async () => 'another-key' });
    bed.stack.forget();
    const text = refusalText(await other.verify(first));
    expect(text).toContain('does not know the key');
    expect(text).not.toMatch(/hash|[0-9a-f]{32}/);
    // First it looks behind a proxy, where nothing is.
    expect(bed.stack.calls.map(({ status }) => status).slice(0, 2)).toEqual([404, 401]);
    expect(refusalText(await bed.open({ key: async () => undefined }).verify(first))).toContain(
      'is not there',
    );
  });

  it('forbids it', async () => {
    const forbidden = {
      kind: 'error',
      status: 403,
      faultstring: 'User "bob" doesn’t have permission\nmore',
    } as const;
    bed.stack.faults.on(register, forbidden);
    expect(await failing()).toMatch(/does not allow \/packs\/register: User "bob" doesn’t have permission\./);
  });

  it('is behind a proxy that says 404 in HTML', async () => {
    bed.stack.faults.on(register, { kind: 'html', status: 404 }, Number.POSITIVE_INFINITY);
    expect(await failing()).toMatch(/a proxy before it, with a page of HTML \(status 404, "404"\)/);
  });

  it('fails in the middle of a registration: it is tried again', async () => {
    bed.stack.faults.whileRegistering({ kind: 'error', at: 'rule' });
    const second = await bed.switchTo(2, beans('2.0.0'), first);
    expect(outcome((await bed.target.register?.(second)) ?? { ok: true, value: undefined })).toBe('ok');
    expect(outcome(await bed.target.verify(second))).toBe('ok');
  });

  it('fails at each registration: all is as before', async () => {
    bed.stack.faults.on(register, { kind: 'error', status: 500 }, Number.POSITIVE_INFINITY);
    expect(await failing()).toContain('failed at /packs/register with status 500: Internal Server Error');
  });

  it('hangs: it is given up in time', async () => {
    bed.stack.faults.on(register, { kind: 'hang' }, Number.POSITIVE_INFINITY);
    expect(await failing(bed.open({ registerMs: 50 }))).toContain('no answer within 0.05 s');
  });

  it('restarts while it registers: it is tried again', async () => {
    bed.stack.faults.whileRegistering({ kind: 'restart', at: 'rule', ms: 5, away: 'bad-gateway' });
    const second = await bed.switchTo(2, beans('2.0.0'), first);
    const target = bed.open({ retryMs: 50 });
    mustBeOk((await target.register?.(second)) ?? { ok: true, value: undefined });
    expect(outcome(await target.verify(second))).toBe('ok');
  });

  it('cuts the line once for whatever is read, put or deleted: it is asked again', async () => {
    await bed.stack.toggle('rules', 'beans.on_tick', false);
    for (const method of ['GET', 'PUT', 'DELETE']) bed.stack.faults.on({ method }, { kind: 'cut' });
    const second = await bed.deploy(2, beans('2.0.0', { 'aliases/make.yaml': '' }), first);
    expect(bed.stack.state.get('rules', 'beans.on_tick')?.enabled).toBe(false);
    expect(bed.stack.state.refs('actionalias', 'beans')).toEqual([]);
    const cut = bed.stack.calls.filter(({ status }) => status === undefined).map(({ method }) => method);
    expect(cut.sort()).toEqual(['DELETE', 'GET', 'PUT']);
    expect(outcome(await bed.target.verify(second))).toBe('ok');
  });

  it('cuts the line after it has made an execution: no second one is made', async () => {
    bed.stack.faults.on({ method: 'POST', path: '/executions' }, { kind: 'cut-after' });
    mustBeOk((await bed.target.remove?.(first, bed.context)) ?? { ok: true, value: undefined });
    const started = bed.stack.calls.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/executions'),
    );
    expect(started).toHaveLength(1);
    expect(bed.lines.join('\n')).toContain('st2 run packs.unload packs=beans');
  });

  it('registers only a part: what is missing is named', async () => {
    bed.stack.faults.drop(/^alias /);
    const files = beans('2.0.0', {
      'aliases/more.yaml': beans('1.0.0')['aliases/make.yaml']?.replace('make', 'more') ?? '',
    });
    const second = await bed.switchTo(2, files, first);
    mustBeOk((await bed.target.register?.(second)) ?? { ok: true, value: undefined });
    expect(refusalText(await bed.target.verify(second))).toContain('alias beans.more is missing');
  });

  it('keeps the config schema of a release that was taken back: it is named', async () => {
    const schema = (name: string) => ({ 'config.schema.yaml': `${name}:\n  type: string\n` });
    const second = await bed.deploy(2, beans('1.1.0', schema('pot')), first);
    const third = await bed.deploy(3, beans('1.2.0', schema('stove')), second);
    bed.stack.faults.drop(/^config_schema /);
    expect(refusalText(await bed.target.restore(third, second.id, bed.context))).toMatch(
      /not all that .* has of it: its config schema differs in pot, stove\./,
    );
    bed.stack.faults.clear();
    mustBeOk(await bed.target.restore(third, second.id, bed.context));
    // The API can't take one away, so one that nobody has any more is only named.
    mustBeOk(await bed.target.restore(second, first.id, bed.context));
    expect(bed.lines.join('\n')).toContain('the server keeps the config schema');
    expect(outcome(await bed.target.verify(first))).toBe('ok');
  });

  it('has a disk that is full when it comes to the switch: nothing has changed', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const target = bed.open({ files: { ...nodeFiles, writeDurably: () => Promise.reject(full) } });
    const second = releaseOf('beans', 2);
    mustBeOk(await bed.target.stage(second, fillWith(beans('2.0.0')), 100));
    const refused = await target.activate({ release: second, expected: first.id, adopt: false });
    expect(outcome(refused)).toBe('target-full');
    expect(mustBeOk(await bed.target.live('beans'))).toMatchObject({ release: { id: first.id } });
  });

  it('still runs actions when the time is up: it gives up, or goes on, as it was told', async () => {
    const run = bed.stack.run('beans.make');
    const second = releaseOf('beans', 2);
    mustBeOk(await bed.target.stage(second, fillWith(beans('2.0.0')), 100));
    const activation = { release: second, expected: first.id, adopt: false };
    const patient = bed.open({ drain: { waitMs: 10, otherwise: 'give-up' } });
    expect(refusalText(await patient.activate(activation))).toContain('1 execution of an action of beans');
    const hasty = bed.open({ drain: { waitMs: 10, otherwise: 'go-on' } });
    mustBeOk(await hasty.activate(activation, bed.context));
    expect(bed.lines.join('\n')).toContain('1 execution of beans still run');
    run.finish();
  });
});

describe('where the API is', () => {
  it.each([
    ['', ''],
    ['', '/v1'],
    ['', '/v1/'],
    ['/api', ''],
    ['/api', '/'],
    ['/api', '/api'],
    ['/api', '/api/v1'],
  ] as const)('is found: the server answers below %j, the url ends with %j', async (prefix, ending) => {
    const bed = await stackstormBed({ stack: { prefix } });
    try {
      expect(await bed.open({ url: `${bed.stack.url}${ending}` }).check()).toEqual([]);
    } finally {
      await bed.remove();
    }
  });

  it('is told when it is nowhere', async () => {
    const bed = await stackstormBed({ stack: { prefix: '/api' } });
    try {
      const [problem] = await bed.open({ url: `${bed.stack.url}/other` }).check();
      expect(problem?.what).toMatch(
        /There is no StackStorm API for production at .*other\/api\/v1 or .*other\/v1/,
      );
    } finally {
      await bed.remove();
    }
  });
});

describe('the doctor of a StackStorm target', () => {
  it('finds a folder that the server does not read, and leaves nothing in it', async () => {
    const bed = await stackstormBed();
    await using elsewhere = await temporaryFolder();
    try {
      const [problem, ...others] = await bed.open({ path: elsewhere.path }).check();
      expect(others).toEqual([]);
      expect(problem?.what).toContain(`does not read ${elsewhere.path}`);
      expect(await readdir(elsewhere.path)).toEqual([]);
    } finally {
      await bed.remove();
    }
  });

  it('takes a token as well, an old server not, and names what is forbidden', async () => {
    const bed = await stackstormBed({ stack: { tokens: ['a-token'] } });
    try {
      const target = bed.open({ keyKind: 'token', key: async () => 'a-token' });
      expect(await target.check()).toEqual([]);
      expect(await readdir(bed.folder.path)).toEqual([]);
      bed.stack.faults.on(
        { method: 'GET', path: '/rules' },
        { kind: 'error', status: 403, faultstring: 'no' },
      );
      expect((await target.check()).map(({ what }) => what)).toEqual([
        'The StackStorm of production does not allow /rules: no.',
      ]);
      bed.stack.state.put('packs', 'core', { ...bed.stack.state.get('packs', 'core'), version: '2.10.4' });
      expect((await target.check()).map(({ what }) => what).join()).toContain('is 2.10.4');
    } finally {
      await bed.remove();
    }
  });
});

describe('a StackStorm target that is killed', () => {
  /** The key is asked for before each request: the world ends there. */
  function killedAtRequest(bed: StackstormBed, nth: number) {
    let count = 0;
    const key = async () => {
      if (count++ >= nth) throw new Error('killed');
      return bed.stack.key;
    };
    return { target: bed.open({ key }), reached: () => count > nth };
  }

  it('before any request of a deployment: a repeat completes it', async () => {
    const bed = await stackstormBed();
    try {
      const gone = { 'rules/on_tick.yaml': '', 'aliases/make.yaml': '' };
      let live: Release | undefined = await bed.deploy(1, beans('1.0.0'));
      await bed.stack.toggle('actions', 'beans.make', false);
      for (let nth = 0, number = 2, ended = false; !ended; nth += 3, number++) {
        const release = releaseOf('beans', number);
        const files = beans(`1.0.${number}`, number % 2 === 0 ? gone : {});
        mustBeOk(await bed.target.stage(release, fillWith(files), 100));
        const { target, reached } = killedAtRequest(bed, nth);
        const activation = { release, expected: live?.id, adopt: false };
        const all = async (by: typeof target) => {
          mustBeOk(await by.activate(activation));
          mustBeOk((await by.register?.(release)) ?? { ok: true, value: undefined });
          mustBeOk(await by.verify(release));
        };
        await all(target).catch(() => undefined);
        ended = !reached();
        await all(bed.open());
        expect(bed.stack.state.refs('rules', 'beans')).toEqual(number % 2 === 0 ? [] : ['beans.on_tick']);
        expect(bed.stack.state.get('actions', 'beans.make')?.enabled).toBe(false);
        live = release;
      }
    } finally {
      await bed.remove();
    }
  });

  it('before any request of the way back: a repeat completes it', async () => {
    const bed = await stackstormBed();
    try {
      const first = await bed.deploy(
        1,
        beans('1.0.0', { 'actions/old.yaml': beans('1')['actions/make.yaml']?.replace('make', 'old') ?? '' }),
      );
      await bed.stack.toggle('rules', 'beans.on_tick', false);
      const before = JSON.stringify(bed.stack.state.snapshot('beans')).replaceAll(
        '{"user":"st2admin"}',
        '{}',
      );
      for (let nth = 0, number = 2, ended = false; !ended; nth += 4, number++) {
        const second = await bed.deploy(number, beans('2.0.0', { 'rules/on_tick.yaml': '' }), first);
        const { target, reached } = killedAtRequest(bed, nth);
        await target.restore(second, first.id).catch(() => undefined);
        ended = !reached();
        mustBeOk(await bed.open().restore(second, first.id));
        const now = JSON.stringify(bed.stack.state.snapshot('beans')).replaceAll('{"user":"st2admin"}', '{}');
        expect(now).toBe(before);
        expect(await readdir(join(bed.folder.path, '.packtrain', 'stackstorm', 'beans'))).not.toContain(
          `${second.id}.json`,
        );
      }
    } finally {
      await bed.remove();
    }
  });
});
