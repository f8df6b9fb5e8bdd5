import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host, HostApi } from '../../src/core/host.js';
import { type DrivenHost, openHost } from '../../src/drivers/hosts/open.js';
import { type Certificate, canMakeCertificates, makeCertificate } from '../fixtures/hosts-api/certificate.js';
import * as dialects from '../fixtures/hosts-api/dialects.js';
import { type FakeHost, serveHost } from '../fixtures/hosts-api/fake.js';
import { contractClock as clock, hostApiContract } from './host-api.contract.js';

function opening(kind: DrivenHost, username?: string) {
  return (host: Pick<FakeHost, 'apiUrl'>, token: string | undefined, timeLimitMs = 30_000): HostApi =>
    apiOf(
      openHost(kind, {
        ...{ name: 'forge', apiUrl: host.apiUrl, clock, timeLimitMs },
        ...(username === undefined ? {} : { username }),
        token: async () => token,
      }),
    );
}

function apiOf({ api }: Host): HostApi {
  if (api === undefined) throw new Error('it has no API');
  return api;
}

const plain = { pending: 'pending', success: 'success', failure: 'failure' };
const builds = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED' };

hostApiContract('github', {
  dialect: dialects.github,
  open: opening('github'),
  states: plain,
  maySetStatus: true,
  hasRecords: true,
});
hostApiContract('gitlab', {
  dialect: dialects.gitlab,
  open: opening('gitlab'),
  states: { ...plain, failure: 'failed' },
  maySetStatus: true,
});
hostApiContract('bitbucket-cloud', {
  dialect: dialects.bitbucketCloud,
  open: opening('bitbucket-cloud', 'ann'),
  states: builds,
});
hostApiContract('bitbucket-server', {
  dialect: dialects.bitbucketServer,
  open: opening('bitbucket-server'),
  states: builds,
});
hostApiContract('gitea', {
  dialect: dialects.gitea,
  open: opening('gitea'),
  states: plain,
  maySetStatus: false,
});

describe('a host without a token', () => {
  it('is not asked', () => {
    expect(openHost('github', { name: 'forge', clock }).api).toBeUndefined();
  });
});

const reason = canMakeCertificates ? '' : ' (skipped: no openssl)';
describe.skipIf(!canMakeCertificates)(
  `a host with a certificate of an authority of one's own${reason}`,
  () => {
    let certificate: Certificate;
    let host: FakeHost;
    const sha = 'b'.repeat(40);

    beforeAll(async () => {
      certificate = await makeCertificate();
      host = await serveHost(dialects.github, { certificate });
      host.say(sha, 'build', 'success');
    });
    afterAll(async () => {
      await host.close();
      await certificate.remove();
    });

    const open = (caFile: object) =>
      apiOf(
        openHost('github', {
          ...{ name: 'forge', apiUrl: host.apiUrl, clock, ...caFile },
          token: async () => dialects.fakeToken,
        }),
      );

    it('is trusted by the authority’s file, and by nothing else', async () => {
      const trusted = await open({ caFile: certificate.caFile }).facts('kitchen/packs', sha);
      expect(trusted).toMatchObject({ ok: true, value: [{ name: 'build' }] });
      const untrusted = await open({}).facts('kitchen/packs', sha);
      expect(untrusted).toMatchObject({ ok: false, refusal: { code: 'host-unreachable' } });
    });
  },
);
