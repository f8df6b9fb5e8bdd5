import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommitStatus, HostApi } from '../../src/core/host.js';
import { sentence } from '../../src/core/reason.js';
import { fakeToken } from '../fixtures/hosts-api/dialects.js';
import { type Dialect, type FakeHost, type Mood, serveHost } from '../fixtures/hosts-api/fake.js';

/** A driver's API for a host on loopback. */
export interface HostApiBed {
  readonly dialect: Dialect;
  /** @param token what the config's token is now; undefined when it is missing */
  open(host: FakeHost, token: string | undefined, timeLimitMs?: number): HostApi;
  /** The words of the host for the states of a commit. */
  readonly states: Readonly<Record<CommitStatus['state'], string>>;
  /** What the host tells of the token's rights. */
  readonly maySetStatus?: boolean;
  /** Whether the host keeps records of deployments. */
  readonly hasRecords?: boolean;
}

const now = new Date('2026-03-01T12:00:00Z');
const path = 'kitchen/packs';

/** What every driver of a host's API has to do. */
export function hostApiContract(kind: string, bed: HostApiBed): void {
  describe(`host API contract: ${kind}`, () => {
    let host: FakeHost;
    let api: HostApi;
    let commits = 0;
    let sha = '';

    beforeAll(async () => {
      host = await serveHost(bed.dialect, { repository: path });
      api = bed.open(host, fakeToken);
    });
    afterAll(() => host.close());
    beforeEach(() => {
      commits += 1;
      sha = `${commits}`.padStart(40, 'a');
      host.mood = 'well';
    });

    const names = async () => {
      const facts = await api.facts(path, sha);
      if (!facts.ok) throw new Error(sentence(facts.refusal));
      return Object.fromEntries(facts.value.map((fact) => [fact.name, fact.state]));
    };

    it('knows of no checks where there are none', async () => {
      expect(await names()).toEqual({});
    });

    it('tells of all checks, over all pages, with their links and times', async () => {
      for (let n = 1; n <= 9; n += 1)
        host.say(sha, `test (${n})`, n === 9 ? 'pending' : n === 8 ? 'failure' : 'success', now);
      const told = await names();
      expect(Object.keys(told)).toHaveLength(9);
      expect(told).toMatchObject({ 'test (1)': 'success', 'test (8)': 'failure', 'test (9)': 'pending' });
      const facts = await api.facts(path, sha);
      const first = facts.ok ? facts.value[0] : undefined;
      expect(first).toMatchObject({ sha, name: 'test (1)', at: now });
      expect(first?.url).toMatch(/^https:\/\/ci\.example\.org\/\d+$/);
    });

    it('tells the newest run of each name', async () => {
      const [build, unit] = ['build', 'unit'];
      for (const name of [build, unit, build, unit]) host.say(sha, name, 'failure', now);
      const later = new Date(now.getTime() + 1_000);
      for (const name of [build, unit]) host.say(sha, name, 'success', later);
      expect(await names()).toEqual({ build: 'success', unit: 'success' });
    });

    it('sees whether it may read the repository', async () => {
      const { maySetStatus } = bed;
      expect(await api.rights(path)).toEqual({
        ok: true,
        value: maySetStatus === undefined ? {} : { maySetStatus },
      });
      expect(await api.rights('kitchen/unknown')).toMatchObject({
        ok: false,
        refusal: { code: 'host-knows-not' },
      });
    });

    it('shows a deployment on its commit, and may say the same again', async () => {
      const url = 'https://packtrain.example.org/deployments/1';
      for (const state of ['pending', 'pending', 'success', 'failure'] as const)
        expect(await api.setStatus(path, { sha, state, description: `It is ${state}`, url })).toEqual({
          ok: true,
          value: undefined,
        });
      const set = host.statuses.filter((status) => status.sha === sha);
      expect(new Set(set.map(({ state }) => state))).toEqual(new Set(Object.values(bed.states)));
      expect(set.at(-1)).toEqual({ sha, state: bed.states.failure, description: 'It is failure', url });
    });

    if (bed.hasRecords === true)
      it('keeps one record of a deployment, and tells how it goes', async () => {
        const record = {
          sha,
          ref: 'main',
          environment: 'default',
          description: '',
          url: 'https://p.example.org/1',
        };
        const first = await api.recordDeployment?.(path, { ...record, state: 'pending' }, undefined);
        const id = first?.ok === true ? first.value : '';
        expect(await api.recordDeployment?.(path, { ...record, state: 'success' }, id)).toEqual({
          ok: true,
          value: id,
        });
        expect(host.records.get(id)).toEqual({
          sha,
          environment: 'default',
          states: ['in_progress', 'success'],
        });
      });

    const refusals: readonly (readonly [Mood, string])[] = [
      ['refuses', 'host-refuses-token'],
      ['forbids', 'host-forbids'],
      ['limits', 'host-limits'],
      ['breaks', 'host-broken'],
      ['shows a page', 'host-broken'],
      ['hangs', 'host-unreachable'],
      ['trickles', 'host-unreachable'],
    ];
    it.each(refusals)(
      'refuses with a reason, and without the token in it, when the host %s',
      async (mood, code) => {
        host.mood = mood;
        // Only a host that never ends its answer shall be waited for so shortly.
        const asked = code === 'host-unreachable' ? bed.open(host, fakeToken, 150) : api;
        const facts = await asked.facts(path, sha);
        expect(facts).toMatchObject({ ok: false, refusal: { code } });
        expect(JSON.stringify(facts)).not.toContain(fakeToken);
      },
    );

    it('tells until when the host wants to be left alone', async () => {
      host.mood = 'limits';
      const facts = await api.facts(path, sha);
      expect(facts).toMatchObject({ refusal: { params: { until: '2026-03-01T12:02:00.000Z' } } });
    });

    it('is refused without its token, and with a wrong one', async () => {
      for (const token of [undefined, 'wrong'])
        expect(await bed.open(host, token).facts(path, sha)).toMatchObject({
          ok: false,
          refusal: { code: 'host-refuses-token' },
        });
    });
  });
}

/** The time at which the drivers under test believe to be. */
export const contractClock = { now: () => now };
