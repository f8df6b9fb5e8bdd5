import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../src/core/reason.js';
import { ok, refused } from '../../src/core/result.js';
import type { FillFolder, Release, Target } from '../../src/core/target.js';
import { fillOf, mustBeOk, outcome, releaseOf, textOf } from '../targets/fixture.js';

/** A target under test, with what only its driver's tests can do with it. */
export interface TargetBed {
  readonly target: Target;
  /** The same target as another process would open it. */
  reopen(): Target;
  /** What whoever loads packs reads of a file at the pack's place; undefined when it isn't there. */
  read(pack: string, file: string): Promise<string | undefined>;
  /** Writes a file of the live pack as somebody with a shell does; null removes it. */
  edit(pack: string, file: string, text: string | null): Promise<void>;
  /** Puts a pack there by other means than Packtrain, with the text as its pack.yaml. */
  putForeign(pack: string, text: string): Promise<void>;
  /** How a release's files are written, where the small ones of every test are no pack to this target. */
  fill?(release: Release): FillFolder;
  /** What can be run there: an action, how it is to end from now on, and how often it ran; absent where nothing can. */
  readonly runs?: {
    readonly action: string;
    end(status: 'succeeded' | 'failed'): void;
    count(): number;
  };
  /** The text of such a file. */
  text?(release: Release, file: string): string;
  remove(): Promise<void>;
}

/** What every driver of a target has to do. */
export function targetContract(kind: string, makeBed: () => Promise<TargetBed>): void {
  describe(`target contract: ${kind}`, () => {
    const [first, second, third] = [1, 2, 3].map((n) => releaseOf('beans', n)) as [Release, Release, Release];
    let bed: TargetBed;

    beforeEach(async () => {
      bed = await makeBed();
    });
    afterEach(async () => {
      await bed.remove();
    });

    async function stage(release: Release): Promise<void> {
      mustBeOk(await bed.target.stage(release, fill(release), 100));
    }
    const fill = (release: Release) => bed.fill?.(release) ?? fillOf(release.deployment);
    const text = (release: Release, file = 'pack.yaml') =>
      bed.text?.(release, file) ?? textOf(release.deployment);
    async function activate(release: Release, expected?: string): Promise<void> {
      mustBeOk(await bed.target.activate({ release, expected, adopt: false }));
      mustBeOk((await bed.target.register?.(release)) ?? ok(undefined));
    }
    async function goLive(release: Release, expected?: string): Promise<void> {
      await stage(release);
      await activate(release, expected);
    }
    const manifest = () => bed.read('beans', 'pack.yaml');

    it('begins with nothing live and nothing wrong', async () => {
      expect(await bed.target.check()).toEqual([]);
      expect(mustBeOk(await bed.target.live('beans'))).toEqual({ state: 'absent' });
      expect(mustBeOk(await bed.target.list())).toEqual([]);
    });

    it('keeps a staged release to itself until it is activated', async () => {
      await stage(first);
      expect(await manifest()).toBeUndefined();
      expect(mustBeOk(await bed.target.live('beans'))).toEqual({ state: 'absent' });

      await activate(first);
      expect(await manifest()).toBe(text(first));
      expect(mustBeOk(await bed.target.live('beans'))).toEqual({ state: 'managed', release: first });
      expect(outcome(await bed.target.verify(first))).toBe('ok');
    });

    it('puts a new release in the place of the old one', async () => {
      await goLive(first);
      await goLive(second, first.id);
      expect(await manifest()).toBe(text(second));
      expect(await bed.read('beans', 'actions/second.yaml')).toBe(text(second, 'actions/second.yaml'));
      expect(outcome(await bed.target.verify(first))).toBe('live-changed');
    });

    it('lists what is live of each pack, and keeps packs apart', async () => {
      const peas = releaseOf('peas', 1);
      await goLive(peas);
      await goLive(first);
      expect(mustBeOk(await bed.target.list())).toEqual([first, peas]);
      mustBeOk(await bed.target.restore(first, undefined));
      expect(mustBeOk(await bed.target.list())).toEqual([peas]);
    });

    it('never overwrites something newer than the plan knew', async () => {
      await goLive(first);
      await stage(second);
      await goLive(third, first.id);
      const late = await bed.target.activate({ release: second, expected: first.id, adopt: false });
      expect(outcome(late)).toBe('live-changed');
      const blind = await bed.target.activate({ release: second, expected: undefined, adopt: false });
      expect(outcome(blind)).toBe('live-changed');
      expect(await manifest()).toBe(text(third));
    });

    it('lets only one of two that expect the same go live', async () => {
      await goLive(first);
      await stage(second);
      await stage(third);
      const both = await Promise.all([
        bed.target.activate({ release: second, expected: first.id, adopt: false }),
        bed.reopen().activate({ release: third, expected: first.id, adopt: false }),
      ]);
      expect(both.map(outcome).sort()).toEqual(['live-changed', 'ok']);
    });

    it('refuses to activate what was never staged', async () => {
      const result = await bed.target.activate({ release: first, expected: undefined, adopt: false });
      expect(outcome(result)).toBe('release-gone');
      expect(outcome(await bed.target.verify(first))).toBe('live-changed');
    });

    it('does nothing more when a call is repeated, also by another process', async () => {
      await goLive(first);
      const other = bed.reopen();
      const neverFill = async () => {
        throw new Error('a staged release is not filled again');
      };
      expect(outcome(await other.stage(first, neverFill, 100))).toBe('ok');
      expect(outcome(await other.activate({ release: first, expected: undefined, adopt: false }))).toBe('ok');
      await goLive(second, first.id);
      expect(outcome(await other.activate({ release: second, expected: first.id, adopt: false }))).toBe('ok');
      expect(outcome(await other.restore(second, first.id))).toBe('ok');
      expect(outcome(await other.restore(second, first.id))).toBe('ok');
      expect(await manifest()).toBe(text(first));
    });

    it('goes back to the release before', async () => {
      await goLive(first);
      await goLive(second, first.id);
      mustBeOk(await bed.target.restore(second, first.id));
      expect(await manifest()).toBe(text(first));
      expect(outcome(await bed.target.verify(first))).toBe('ok');
    });

    it('goes back to nothing after a first deployment', async () => {
      await goLive(first);
      mustBeOk(await bed.target.restore(first, undefined));
      expect(await manifest()).toBeUndefined();
      expect(mustBeOk(await bed.target.live('beans'))).toEqual({ state: 'absent' });
    });

    it('has nothing to undo when the activation never happened', async () => {
      expect(outcome(await bed.target.restore(first, undefined))).toBe('ok');
      await goLive(first);
      await stage(second);
      expect(outcome(await bed.target.restore(second, first.id))).toBe('ok');
      expect(await manifest()).toBe(text(first));
    });

    it('does not undo what somebody else made live since', async () => {
      await goLive(first);
      await goLive(second, first.id);
      await goLive(third, second.id);
      expect(outcome(await bed.target.restore(second, first.id))).toBe('live-changed');
      expect(await manifest()).toBe(text(third));
    });

    it('passes on why a folder could not be filled, and stages it the next time', async () => {
      const why = refuse('unknown-ref', { repository: 'packs', ref: 'main', near: [] });
      expect(await bed.target.stage(first, async () => refused(why), 100)).toEqual(refused(why));
      const outage = bed.target.stage(first, () => Promise.reject(new Error('the line broke')), 100);
      await expect(outage).rejects.toThrow('the line broke');
      const early = await bed.target.activate({ release: first, expected: undefined, adopt: false });
      expect(outcome(early)).toBe('release-gone');
      await goLive(first);
      expect(await manifest()).toBe(text(first));
    });

    it('does not stage a folder without a pack.yaml', async () => {
      const result = await bed.target.stage(first, async () => ({ ok: true, value: undefined }), 100);
      expect(outcome(result)).toBe('release-incomplete');
    });

    it('leaves alone what it did not put there, unless it is adopted', async () => {
      await bed.putForeign('beans', 'by hand');
      expect(mustBeOk(await bed.target.live('beans')).state).toBe('foreign');
      expect(mustBeOk(await bed.target.list())).toEqual([]);
      await stage(first);
      const refusal = await bed.target.activate({ release: first, expected: undefined, adopt: false });
      expect(outcome(refusal)).toBe('live-not-ours');
      expect(await manifest()).toBe('by hand');
      expect(outcome(await bed.target.restore(first, undefined))).toBe('ok');
      expect(await manifest()).toBe('by hand');
    });

    it('keeps what it adopts, and brings it back', async () => {
      await bed.putForeign('beans', 'by hand');
      await stage(first);
      const adoption = { release: first, expected: undefined, adopt: true };
      expect(outcome(await bed.target.activate(adoption))).toBe('ok');
      expect(outcome(await bed.target.activate(adoption))).toBe('ok');
      expect(await manifest()).toBe(text(first));
      mustBeOk(await bed.target.restore(first, undefined));
      expect(await manifest()).toBe('by hand');
      mustBeOk(await bed.target.restore(first, undefined));
      expect(await manifest()).toBe('by hand');
    });

    it('keeps the newest releases, and always the live one and the one before it', async () => {
      const releases = Array.from({ length: 9 }, (_, i) => releaseOf('beans', i + 1));
      for (const release of releases) await stage(release);
      const [one, two] = releases as [Release, Release];
      await activate(one);
      await activate(two, one.id);
      await bed.target.prune('beans', 5);

      expect(outcome(await bed.target.verify(two))).toBe('ok');
      mustBeOk(await bed.target.restore(two, one.id));
      const back = await Promise.all(releases.map((release) => isStaged(release)));
      expect(back).toEqual([true, true, false, false, true, true, true, true, true]);
    });

    // A staged release is not filled again: that tells whether it is there.
    async function isStaged(release: Release): Promise<boolean> {
      const why = refuse('unknown-ref', { repository: 'packs', ref: 'main', near: [] });
      return (await bed.target.stage(release, async () => refused(why), 100)).ok;
    }

    it('sees which files are not as they were put there, and keeps them when another takes their place', async () => {
      await goLive(first);
      const files = () => bed.target.files('beans');
      expect(mustBeOk(await files())).toEqual({ suspects: [], areAll: false });
      await bed.edit('beans', 'actions/__pycache__/second.cpython-311.pyc', 'x');
      await bed.edit('beans', 'actions/second.pyc', 'x');
      expect(mustBeOk(await files()).suspects).toEqual([]);
      expect(outcome(await bed.target.verify(first))).toBe('ok');

      await bed.edit('beans', 'actions/second.yaml', null);
      await bed.edit('beans', 'notes.txt', 'hello\n');
      const id = 'ce013625030ba8dba906f756967f9e9ca394464a';
      const looked = mustBeOk(await bed.reopen().files('beans'));
      expect(looked.suspects).toEqual([
        { path: 'notes.txt', id, bytes: 6 },
        { path: 'actions/second.yaml', bytes: 0 },
      ]);

      await stage(second);
      const lines: string[] = [];
      const context = { log: async (line: string) => void lines.push(line) };
      const activation = { release: second, expected: first.id, adopt: false, keepEdits: true };
      mustBeOk(await bed.target.activate(activation, context));
      expect(lines).toEqual([expect.stringMatching(/^what was edited there is kept in .*edited.beans-2-/)]);
      expect(mustBeOk(await bed.target.files('beans')).suspects).toEqual([]);
      expect(mustBeOk(await bed.target.files('peas'))).toEqual({ suspects: [], areAll: false });
    });

    it('finds the packs that somebody else put there, with what Git calls their files', async () => {
      expect(mustBeOk(await bed.target.found())).toEqual([]);
      await bed.putForeign('peas', 'hello\n');
      await bed.edit('peas', '__pycache__/x.pyc', 'x');
      await bed.edit('not_a_pack', 'notes.txt', 'x');
      await goLive(first);
      const files = new Map([['pack.yaml', 'ce013625030ba8dba906f756967f9e9ca394464a']]);
      expect(mustBeOk(await bed.target.found())).toEqual([{ pack: 'peas', what: 'a folder', files }]);
      expect(mustBeOk(await bed.target.found('beans'))).toEqual([]);
    });

    it('tries a release out once, however often it is asked, or not at all', async () => {
      await goLive(first);
      const { runs, target } = bed;
      expect(target.tryOut === undefined).toBe(runs === undefined);
      if (runs === undefined) return;
      const canary = {
        action: runs.action,
        parameters: {},
        status: 'succeeded',
        result: {},
        withinMs: 60_000,
      };
      runs.end('succeeded');
      expect(await target.tryOut?.(first, canary)).toEqual(ok(undefined));
      expect(await bed.reopen().tryOut?.(first, canary)).toEqual(ok(undefined));
      expect(runs.count()).toBe(1);

      await goLive(second, first.id);
      runs.end('failed');
      const red = await target.tryOut?.(second, canary);
      expect(red && outcome(red)).toBe('canary-red');
      expect(runs.count()).toBe(2);
    });

    it('prunes nothing where nothing is, and never complains', async () => {
      await expect(bed.target.prune('beans', 5)).resolves.toBeUndefined();
      await expect(bed.target.prune('../beans', 5)).resolves.toBeUndefined();
    });

    it.each(['../beans', '', '.', '..', '.packtrain', 'Beans', 'be ans', 'beans/x', 'b'.repeat(300)])(
      'takes no pack by the name %j',
      async (pack) => {
        const release = releaseOf(pack, 1);
        const answers = [
          await bed.target.live(pack),
          await bed.target.stage(release, fillOf(1), 100),
          await bed.target.activate({ release, expected: undefined, adopt: true }),
          await bed.target.restore(release, undefined),
          await bed.target.verify(release),
        ];
        expect(new Set(answers.map(outcome))).toEqual(new Set(['target-pack-name']));
      },
    );
  });
}
