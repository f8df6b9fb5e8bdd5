import { describe, expect, it } from 'vitest';
import { openHost } from '../../../src/drivers/hosts/open.js';
import { proofOf, raw, savedPost, standardProof } from '../../fixtures/hosts.js';

const now = new Date('2026-03-14T11:05:00Z');
const clock = { now: () => now };
const minutes = (n: number) => new Date(now.getTime() + n * 60_000);

describe('GitLab signs', () => {
  const gitlab = openHost('gitlab', { name: 'ours', clock });
  const { headers, body } = savedPost('gitlab', 'push');
  const key = Buffer.from('thirty-two bytes of a random key');
  const secret = `whsec_${key.toString('base64')}`;
  const verify = (proof: Record<string, string>, at = now) =>
    gitlab.verify(raw({ headers: { ...headers, ...proof }, body }), secret, at);

  it('id, time and body with a key in base64', () => {
    expect(verify(standardProof(body, key, { id: 'one', at: now }))).toBe(true);
    expect(verify(standardProof(`${body} `, key, { id: 'one', at: now }))).toBe(false);
    expect(verify(standardProof(body, Buffer.from(secret), { id: 'one', at: now }))).toBe(false);
  });

  it('with a key that is taken as it is', () => {
    const proof = standardProof(body, Buffer.from('plain'), { id: 'one', at: now });
    expect(gitlab.verify(raw({ headers: { ...headers, ...proof }, body }), 'plain', now)).toBe(true);
  });

  it('with two keys while one replaces the other', () => {
    const old = standardProof(body, Buffer.from('old'), { id: 'one', at: now });
    const proof = standardProof(body, key, { id: 'one', at: now });
    const both = `${old['webhook-signature']} v2,else ${proof['webhook-signature']}`;
    expect(verify({ ...proof, 'webhook-signature': both })).toBe(true);
    expect(verify({ ...proof, 'webhook-signature': `${old['webhook-signature']}` })).toBe(false);
  });

  it('for five minutes before and after', () => {
    const at = (n: number) => verify(standardProof(body, key, { id: 'one', at: minutes(n) }));
    expect([-6, -4.9, 4.9, 6].map(at)).toEqual([false, true, true, false]);
  });

  it('with every part of it', () => {
    const proof = standardProof(body, key, { id: 'one', at: now });
    for (const name of Object.keys(proof)) expect(verify({ ...proof, [name]: '' }), name).toBe(false);
    expect(verify({ ...proof, 'webhook-id': 'two' })).toBe(false);
    expect(verify({ ...proof, 'webhook-timestamp': 'Infinity' })).toBe(false);
  });
});

describe('Gitea sends its signature and that of another', () => {
  const gitea = openHost('gitea', { name: 'ours', clock });
  const { headers, body } = savedPost('gitea', 'push');
  const proof = proofOf('gitea', body, 'secret');
  const verify = (more: Record<string, string>) =>
    gitea.verify(raw({ headers: { ...headers, ...more }, body }), 'secret', now);

  it('and its own goes first', () => {
    expect(verify({ ...proof, 'x-gitea-signature': '00' })).toBe(false);
    expect(verify({ ...proof, 'x-hub-signature-256': 'sha256=00' })).toBe(true);
  });

  it('and the other is enough where it has none of its own', () => {
    const { 'x-gitea-signature': _, ...other } = proof;
    expect(verify(other)).toBe(true);
  });
});

describe('GitHub signs', () => {
  const github = openHost('github', { name: 'github', clock });
  const { headers, body } = savedPost('github', 'push');
  const proof = proofOf('github', body, 'secret');
  const verify = (more: Record<string, string>) =>
    github.verify(raw({ headers: { ...headers, ...more }, body }), 'secret', now);

  it('twice, and only the stronger counts', () => {
    expect(verify({ ...proof, 'x-hub-signature-256': 'sha256=00' })).toBe(false);
    expect(verify({ ...proof, 'x-hub-signature': 'sha1=00' })).toBe(true);
  });

  it('once where it is old', () => {
    expect(verify({ 'x-hub-signature': proof['x-hub-signature'] ?? '' })).toBe(true);
  });
});
