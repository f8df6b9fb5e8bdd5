import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStackstormTarget } from '../../src/drivers/targets/stackstorm.js';
import { type Certificate, canMakeCertificates, makeCertificate } from '../fixtures/hosts-api/certificate.js';
import { type FakeStackStorm, startStackStorm } from '../fixtures/stackstorm/fake.js';
import { type TemporaryFolder, temporaryFolder } from './fixture.js';

const reason = canMakeCertificates ? '' : ' (skipped: no openssl)';

describe.skipIf(!canMakeCertificates)(
  `a StackStorm with a certificate of an authority of one's own${reason}`,
  () => {
    let certificate: Certificate;
    let folder: TemporaryFolder;
    let stack: FakeStackStorm;

    beforeAll(async () => {
      certificate = await makeCertificate();
      folder = await temporaryFolder();
      stack = await startStackStorm({ packsPath: folder.path, tls: certificate });
    });
    afterAll(async () => {
      await stack?.close();
      await folder?.remove();
      await certificate?.remove();
    });

    const open = (caFile: string | undefined) =>
      createStackstormTarget({
        ...{ name: 'production', url: stack.url, path: folder.path, keyKind: 'api-key', caFile },
        ...{ key: async () => stack.key, virtualenvs: 'auto', verify: 'fields' },
        ...{ requestMs: 20_000, registerMs: 20_000, virtualenvMs: 20_000, pollMs: 3, retryMs: 1 },
        clock: { now: () => new Date() },
      });

    it('is trusted by the authority’s file', async () => {
      expect(await open(certificate.caFile).check()).toEqual([]);
    });

    it('is not trusted without it, and says so', async () => {
      expect(await open(undefined).check()).toEqual([
        expect.objectContaining({ what: expect.stringMatching(/can't be reached: .*certificate/) }),
      ]);
    });
  },
);
