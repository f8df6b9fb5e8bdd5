import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, type Listening, listen, type Told } from '../fixtures/chats/http.js';
import { canMakeCertificates, makeCertificate } from '../fixtures/hosts-api/certificate.js';
import { noPython, runAction } from './python.js';

type Answer = Told | 'cut';

/** What is answered in turn; the last one again and again. */
class FakePacktrain {
  readonly asked: Asked[] = [];
  answers: Answer[] = [{ body: { text: 'The line is kept.' } }];
  #listening: Listening | undefined;

  async open(): Promise<void> {
    this.#listening = await listen((asked) => {
      this.asked.push(asked);
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      if (answer !== 'cut') return answer ?? {};
      this.#listening?.server.closeAllConnections();
      return {};
    });
  }

  get url(): string {
    return this.#listening?.url ?? '';
  }

  get env() {
    return { PACKTRAIN_URL: `${this.url}/`, PACKTRAIN_KEY: 'k-1', ST2_ACTION_EXECUTION_ID: 'e1' };
  }

  get bodies(): unknown[] {
    return this.asked.map(({ body }) => (body === '' ? '' : JSON.parse(body)));
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }
}

const suite = describe.skipIf(noPython !== undefined);
const skipped = noPython === undefined ? '' : ` (${noPython})`;
let packtrain: FakePacktrain;

beforeEach(async () => {
  packtrain = new FakePacktrain();
  await packtrain.open();
});
afterEach(() => packtrain.close());

suite(`the action say${skipped}`, () => {
  const say = (env = {}, args = ['pack status', 'C0OPS', 'ann']) =>
    runAction('say.py', args, { ...packtrain.env, ...env });

  it('hands a line over with who said it where, and what StackStorm had cut from its end', async () => {
    const line = 'pack deploy "House Packs" ears\nand `$(more)`';
    const ended = await say({}, [line, 'C0OPS', 'ann', 'true', '', '', 'yes']);
    expect(ended).toEqual({ code: 0, out: { handed_over: true }, err: '' });
    expect(packtrain.bodies).toEqual([
      { id: 'e1', line: `${line} adopt=true now=yes`, channel: 'C0OPS', user: 'ann' },
    ]);
    expect(packtrain.asked[0]).toMatchObject({ method: 'POST', path: '/chats/chatops' });
    expect(packtrain.asked[0]?.headers.authorization).toBe('Bearer k-1');
  });

  it('hands it over again, as the same line, when the answer is lost or Packtrain is busy', async () => {
    packtrain.answers = ['cut', { status: 503, headers: { 'retry-after': '0' } }, { body: { text: 'kept' } }];
    expect((await say()).code).toBe(0);
    expect(packtrain.bodies).toHaveLength(3);
    expect(new Set(packtrain.bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it('does not hand the key on to another server', async () => {
    packtrain.answers = [{ status: 307, headers: { location: 'http://127.0.0.1:1/elsewhere' } }];
    const { code, err } = await say();
    expect([code, err]).toEqual([1, 'Packtrain did not take the line (307).']);
    expect(packtrain.asked).toHaveLength(1);
  });

  it.each([
    [{ PACKTRAIN_URL: '' }, {}, /address \(url\) is not configured.*packtrain\.yaml\.example/],
    [{ PACKTRAIN_KEY: ' ' }, {}, /key \(key\) is not configured/],
    [{ PACKTRAIN_URL: 'packtrain.example.com' }, {}, /begins with https/],
    [{ PACKTRAIN_URL: 'https://127.0.0.1:9', PACKTRAIN_CA_FILE: '/nowhere' }, {}, /ca_file.*can not be read/],
    [{}, { status: 401, body: { text: 'no' } }, /refuses the pack's key.*chats\.chatops/],
    [{}, { status: 404, body: 'There is no such chat.' }, /write chats\.chatops into packtrain\.yaml/],
    [
      {},
      { status: 400, body: { text: 'It takes JSON.' } },
      /did not take the line \(400\)\. It takes JSON\./,
    ],
    [{}, { status: 502, headers: { 'retry-after': '3600' } }, /can not be reached: .* answers 502/],
  ])('says what to do, %#', async (env, answer, words) => {
    packtrain.answers = [answer];
    const ended = await say(env);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(words);
    expect(ended.err).not.toContain('Traceback');
  });

  it.skipIf(!canMakeCertificates)('trusts the authority that the config names, and no other', async () => {
    const certificate = await makeCertificate();
    const server = createServer(certificate, (_, response) => response.end('{"text": "kept"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const trusting = await say({ PACKTRAIN_URL: url, PACKTRAIN_CA_FILE: certificate.caFile });
    const other = await say({ PACKTRAIN_URL: url });
    await new Promise((resolve) => server.close(resolve));
    await certificate.remove();
    expect(trusting.err).toBe('');
    expect(other.err).toMatch(/is not trusted: .*Set ca_file in the pack's config\./);
  });

  it('needs a channel to be answered in', async () => {
    const ended = await say({}, ['pack status', '', '']);
    expect(ended).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no channel to answer in'),
    });
    expect(packtrain.asked).toEqual([]);
  });

  it('tells in the channel what went wrong, by StackStorm itself and as no template', async () => {
    const stackstorm = new FakePacktrain();
    await stackstorm.open();
    packtrain.answers = [{ status: 400, body: { text: 'not {{ this }}' } }];
    const own = { ST2_ACTION_API_URL: `${stackstorm.url}/v1`, ST2_ACTION_AUTH_TOKEN: 't-1' };
    await say({ ...own, PACKTRAIN_ROUTE: 'errbot' });
    expect(stackstorm.asked[0]).toMatchObject({ path: '/v1/executions', headers: { 'x-auth-token': 't-1' } });
    expect(stackstorm.bodies).toEqual([
      {
        action: 'chatops.post_message',
        parameters: {
          ...{ channel: 'C0OPS', user: 'ann', route: 'errbot' },
          message: 'Packtrain did not take the line (400). not (( this ))',
        },
      },
    ]);
    await stackstorm.close();
  });
});

suite(`the action deploy${skipped}`, () => {
  const deploy = (args: readonly string[], env = {}) =>
    runAction('deploy.py', args, { ...packtrain.env, ...env });
  const begun = { body: { text: '', deployment: 7 } };
  const open = { status: 'running', packs: [{ pack: 'beans', status: 'running' }] };
  const ended = (status: string) => ({
    body: {
      deployment: { status, packs: [{ pack: 'beans', status: 'live' }], endedAt: '2026-03-01T12:00:00Z' },
      url: 'https://packtrain.example.com/deployments/7',
      text: `It ${status}.`,
    },
  });

  it('asks for the packs, once for an execution, and waits for the end', async () => {
    packtrain.answers = [begun, 'cut', { body: { deployment: open } }, ended('succeeded')];
    const result = await deploy([
      'house-packs',
      'beans,ears',
      'refs/heads/main',
      '0',
      'a message',
      'ann',
      '60',
    ]);
    expect(result).toEqual({
      code: 0,
      err: '',
      out: {
        ...{
          repository: 'house-packs',
          message: 'a message',
          author: 'ann',
          deployment: 7,
          status: 'succeeded',
        },
        ...{
          text: 'It succeeded.',
          url: 'https://packtrain.example.com/deployments/7',
          packs: { beans: 'live' },
        },
      },
    });
    expect(packtrain.bodies[0]).toEqual({
      key: 'e1',
      intent: {
        ...{ kind: 'deploy', repository: 'house-packs', ref: 'main', through: 'chatops' },
        packs: { kind: 'named', packs: ['beans', 'ears'] },
      },
    });
    expect(packtrain.asked.map(({ path }) => path)).toEqual(
      ['commands', 'deployments/7', 'deployments/7', 'deployments/7'].map((path) => `/api/v1/${path}`),
    );
  });

  it('asks for what differs, or for everything', async () => {
    packtrain.answers = [begun, ended('succeeded'), begun, ended('succeeded')];
    await deploy(['doorbell', '', '', '0', '', '', '60']);
    await deploy(['doorbell', '*', '', '0', '', '', '60']);
    expect(packtrain.bodies[0]).toMatchObject({ intent: { packs: { kind: 'differing' } } });
    expect(packtrain.bodies[0]).not.toHaveProperty('intent.ref');
    expect(packtrain.bodies[2]).toMatchObject({ intent: { packs: { kind: 'all' } } });
  });

  it('fails with the reason when it is refused, when it fails and when it takes too long', async () => {
    packtrain.answers = [{ body: { text: 'bob has beans.', refusal: { code: 'x' } } }];
    expect(await deploy(['house-packs'])).toMatchObject({
      code: 1,
      err: 'bob has beans.',
      out: { text: 'bob has beans.' },
    });
    packtrain.answers = [begun, ended('failed')];
    expect(await deploy(['house-packs'])).toMatchObject({
      code: 1,
      err: 'It failed.',
      out: { status: 'failed' },
    });
    packtrain.answers = [begun, { body: { deployment: open, url: 'https://p.example/7' } }];
    const late = await deploy(['house-packs', '', '', '0', '', '', '0']);
    expect(late).toMatchObject({
      code: 1,
      err: expect.stringMatching(/#7 has not ended within .* It goes on: https/),
    });
    packtrain.answers = [{ status: 401, body: { text: 'no' } }];
    expect((await deploy(['house-packs'])).err).toMatch(/one of `api\.keys` as api_key/);
  });

  it('tells of a push, of as many branches as it went to, and leaves the rest to Packtrain', async () => {
    packtrain.answers = [{ body: { outcome: 'not-automatic' } }, { body: { outcome: 'noted' } }];
    const told = await deploy([
      'house-packs',
      '',
      'refs/heads/feature/x main',
      '1',
      'more beans',
      'ann',
      '60',
    ]);
    expect(told).toMatchObject({
      code: 0,
      out: {
        branches: { 'feature/x': 'not-automatic', main: 'noted' },
        message: 'more beans',
        author: 'ann',
      },
    });
    expect(packtrain.asked.map(({ path }) => path)).toEqual(['/api/v1/pushes', '/api/v1/pushes']);
    expect(packtrain.bodies[1]).toEqual({ repository: 'house-packs', branch: 'main' });
    expect(await deploy(['house-packs', '', '', '1'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('branch'),
    });
  });
});
