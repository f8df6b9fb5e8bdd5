import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/host.js';
import { type DrivenHost, openHost } from '../../src/drivers/hosts/open.js';
import { proofOf, raw, type SavedPost, savedNames, savedPost } from '../fixtures/hosts.js';

const now = new Date('2026-03-14T11:05:00Z');
const secret = 'a secret that only two know';

/** What every driver of a Git host does with deliveries. */
export function hostContract(kind: DrivenHost): void {
  const host: Host = openHost(kind, { name: kind, clock: { now: () => now } });
  const names = savedNames(kind);
  const signed = (post: SavedPost): SavedPost => ({
    ...post,
    headers: { ...post.headers, ...proofOf(kind, post.body, secret) },
  });
  const first = () => savedPost(kind, names[0] ?? '');

  describe(`deliveries of ${kind}`, () => {
    it('are proved by the secret', () => {
      for (const name of names)
        expect(host.verify(raw(signed(savedPost(kind, name))), secret, now), name).toBe(true);
    });

    it('are not proved by another secret, nor without a proof', () => {
      expect(host.verify(raw(signed(first())), `${secret}!`, now)).toBe(false);
      expect(host.verify(raw(first()), secret, now)).toBe(false);
      for (const [name, value] of Object.entries(proofOf(kind, first().body, secret)))
        for (const other of ['', 'sha256=', value.slice(0, -1), `${value}0`, value.toUpperCase().slice(1)]) {
          const headers = { ...first().headers, [name]: other };
          expect(host.verify(raw({ ...first(), headers }), secret, now), `${name}: ${other}`).toBe(false);
        }
    });

    const isSigned = kind !== 'gitlab' && kind !== 'generic';
    it(`are ${isSigned ? 'not ' : ''}proved when a byte of the body differs`, () => {
      const post = signed(first());
      expect(host.verify(raw({ ...post, body: `${post.body} ` }), secret, now)).toBe(!isSigned);
    });

    it('are proved on the bytes, not on their meaning', () => {
      const body = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
      const headers = proofOf(kind, body, secret);
      expect(host.verify({ headers, body }, secret, now)).toBe(true);
    });

    it(`have ${kind === 'generic' ? 'no id' : 'an id of their own'}`, () => {
      const ids = names.map((name) => host.deliveryId(raw(savedPost(kind, name))));
      expect(ids.includes(undefined)).toBe(kind === 'generic');
      expect(new Set(ids).size).toBe(names.length);
    });

    it('are read without the headers that prove them', () => {
      for (const name of names) {
        const post = savedPost(kind, name);
        const wanted = ['content-type', ...host.headers];
        const headers = Object.fromEntries(
          Object.entries(post.headers).filter(([one]) => wanted.includes(one)),
        );
        expect(host.read(raw({ ...post, headers })), name).toEqual(host.read(raw(post)));
        for (const proof of Object.keys(proofOf(kind, post.body, secret)))
          expect(host.headers).not.toContain(proof);
      }
    });

    it('tell what they told when they were written down', async () => {
      const told = Object.fromEntries(
        names.map((name) => {
          const read = host.read(raw(savedPost(kind, name)));
          return [name, read.ok ? read.value : read.refusal];
        }),
      );
      await expect(`${JSON.stringify(told, null, 2)}\n`).toMatchFileSnapshot(
        `../drivers/hosts/${kind}.golden.json`,
      );
    });

    it('of any other shape are refused or none of our business, and break nothing', () => {
      const somePost = fc.constantFrom(...names).map((name) => savedPost(kind, name));
      fc.assert(
        fc.property(somePost, fc.jsonValue({ maxDepth: 3 }), ({ headers }, body) => {
          const read = host.read(raw({ headers, body: JSON.stringify(body) }));
          expect(read.ok ? read.value.map((one) => one.kind) : ['none']).toEqual(['none']);
        }),
        { numRuns: 100 },
      );
    });

    it.each(names)('of which a part is missing or of another type break nothing: %s', (name) => {
      const { headers, body } = savedPost(kind, name);
      const variants = body.startsWith('{') ? withoutEach(JSON.parse(body)) : [];
      const refusals = [...variants]
        .map((changed) => host.read(raw({ headers, body: JSON.stringify(changed) })))
        .flatMap((read) => (read.ok ? [] : [read.refusal.code]));
      expect(new Set([...refusals, 'delivery-unreadable'])).toEqual(new Set(['delivery-unreadable']));
    });

    it('that are cut off are refused with a sentence', () => {
      const { headers, body } = savedPost(
        kind,
        names.find((name) => name.includes('push') || name === 'refs_changed') ?? '',
      );
      const read = host.read(raw({ headers, body: body.slice(0, body.length / 2) }));
      expect(read).toMatchObject({ ok: false, refusal: { code: 'delivery-unreadable' } });
    });
  });
}

/** Addresses that nobody reads: hosts send dozens. */
const unread = /^(?!clone|ssh|html|target|web|git_).*_url$/;

/** An object with each of its first three levels' members left out, and each made a number. */
function* withoutEach(value: unknown, depth = 3): Generator<unknown> {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  if (Array.isArray(value)) {
    for (const changed of withoutEach(value[0], depth - 1)) yield [changed, ...value.slice(1)];
    return;
  }
  for (const [key, member] of Object.entries(value).filter(([name]) => !unread.test(name))) {
    const { [key]: _, ...others } = value as Record<string, unknown>;
    yield others;
    yield { ...others, [key]: null };
    yield { ...others, [key]: 7 };
    for (const changed of withoutEach(member, depth - 1)) yield { ...others, [key]: changed };
  }
}
