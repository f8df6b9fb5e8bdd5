import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkChats } from '../../src/cli/doctor/chats.js';
import { parseConfig } from '../../src/config/parse.js';
import { ChatLibraryMissing } from '../../src/core/outside-chat.js';
import { createRedactor } from '../../src/core/redact.js';
import { FakeMatrix } from '../fixtures/chats/matrix/fake.js';
import { FakeSlack } from '../fixtures/chats/slack/fake.js';
import { openShell, type Shell } from './fixture.js';

let matrix: FakeMatrix;
let slack: FakeSlack;
let shell: Shell;
beforeEach(async () => {
  matrix = await FakeMatrix.open();
  slack = await FakeSlack.open();
  shell = await openShell();
  Object.assign(shell.env, { MATRIX_TOKEN: matrix.token, BOT: slack.botToken, APP: slack.appToken });
});
afterEach(async () => {
  await shell.leave();
  await matrix.close();
  await slack.close();
});

const config = (channels: {
  readonly notify: string;
  readonly announce: string;
  readonly mapped: string;
}) => `
repositories:
  Beans:
    repo: nowhere.git
    auto_deployment: { branch: main, notify_channel: ${channels.notify} }
    announce_channel: ${channels.announce}
chats:
  matrix:
    homeserver: ${matrix.url}
    access_token: { env: MATRIX_TOKEN }
    channels: { news: "${channels.mapped}" }
  slack:
    mode: socket
    api_url: ${slack.apiUrl}
    app_token: { env: APP }
    bot_token: { env: BOT }
`;

/** What the doctor says of the chats and their channels. */
async function findings(text: string) {
  await writeFile(path.join(shell.folder, 'packtrain.yaml'), text);
  await shell.run('doctor', '--json');
  const [{ checks }] = shell.objects() as [{ checks: readonly Record<string, string>[] }];
  return checks.filter(({ name }) => /^(chat|channel) /.test(name ?? ''));
}

describe('the doctor, about chats', () => {
  it('finds them well, with their channels', async () => {
    expect(
      await findings(config({ notify: 'slack:general', announce: 'ops', mapped: '!ops' })),
    ).toMatchObject([
      { name: 'chat matrix', state: 'ok', what: 'it lets Packtrain in' },
      { name: 'chat slack', state: 'ok', what: 'it lets Packtrain in' },
      { name: 'channel slack:general', state: 'ok' },
      { name: 'channel ops', state: 'ok' },
      { name: 'channel news', state: 'ok', what: 'chats.matrix.channels.news' },
    ]);
  });

  it('names the channels that there are, where a name or an id is wrong', async () => {
    const found = await findings(config({ notify: 'genral', announce: 'slack:kitchen', mapped: '!ohps' }));
    const wrong = found.filter(({ state }) => state === 'failed');
    expect(wrong.map(({ what }) => what)).toEqual([
      'repositories.Beans.auto_deployment.notify_channel: No chat has the channel "genral", so it is told in the room of that name on the web pages only. Did you mean "general"?',
      expect.stringMatching(
        /announce_channel: No chat has the channel "slack:kitchen"\. Known here: .*general/,
      ),
      'chats.matrix.channels.news: The bot sees no channel "!ohps" on matrix. It sees #ops:village.example ("!ops").',
    ]);
  });

  it('tells of an encrypted room, of a secret that is refused or not there, and asks no further then', async () => {
    matrix.encrypt('!ops');
    slack.limit('conversations.list', 1);
    const right = config({ notify: 'ops', announce: 'ops', mapped: '!ops' });
    expect((await findings(right)).slice(0, 3)).toMatchObject([
      { name: 'chat matrix', state: 'ok' },
      { name: 'chat matrix', state: 'warning', what: expect.stringMatching(/^!ops: a room is encrypted/) },
      { name: 'chat slack', state: 'failed', what: expect.stringContaining('asks to wait') },
    ]);
    matrix.token = 'another';
    delete shell.env.APP;
    const all = shell.objects().length;
    await shell.run('doctor', '--json');
    const { checks } = shell.objects()[all] as { checks: readonly Record<string, string>[] };
    expect(checks.filter(({ name }) => /^(chat|channel) /.test(name ?? ''))).toMatchObject([
      {
        name: 'chat matrix',
        state: 'failed',
        what: expect.stringContaining('does not know the access token'),
      },
      { name: 'chat slack', state: 'failed', what: expect.stringContaining('APP is not there or empty') },
    ]);
  });

  it('says what to install where a library is missing', async () => {
    const loaded = parseConfig(config({ notify: 'ops', announce: 'ops', mapped: '!ops' }), {
      path: '/etc/packtrain.yaml',
      shown: 'packtrain.yaml',
    });
    if (!loaded.ok) throw new Error('the config does not load');
    const parts = {
      openOutsideChat: ({ kind }: { readonly kind: string }) =>
        Promise.reject(new ChatLibraryMissing(kind, [`${kind}-client@4`])),
    };
    const deps = { parts, lookUp: () => undefined, redactor: createRedactor() };
    expect(await checkChats(loaded.config, deps)).toMatchObject([
      { state: 'failed', next: 'Run `npm install matrix-client@4`, or take matrix out of chats.' },
      { state: 'failed', next: 'Run `npm install slack-client@4`, or take slack out of chats.' },
    ]);
  });
});
