import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { ChatLibraryMissing } from '../../../src/core/outside-chat.js';
import { explain } from '../../../src/core/reason.js';
import { createRedactor } from '../../../src/core/redact.js';
import { openOutsideChat } from '../../../src/open-outside-chat.js';
import { configOf } from '../../chat/fixture.js';
import { memoryConfig } from '../../fixtures/config-source.js';
import { withMailboxes } from '../../fixtures/mailbox.js';

const mailboxes = withMailboxes();

const root = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** The platforms with the packages that each says it needs. */
const needed: Readonly<Record<string, string>> = {
  discord: 'chat@4 @chat-adapter/discord@4 discord.js@14',
  'google-chat': 'chat@4 @chat-adapter/gchat@4',
  irc: 'irc-framework@4',
  mattermost: 'ws@8',
  slack: 'chat@4 @chat-adapter/slack@4 @slack/socket-mode@2',
  teams: 'chat@4 @chat-adapter/teams@4',
  xmpp: '@xmpp/client@0.14',
};

describe('an installation with no library of any chat', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packtrain-bare-'));
    // Copies, since a link would lead back to where all libraries are.
    for (const part of ['core', 'drivers', 'packs'])
      await cp(join(root, 'dist', part), join(folder, 'dist', part), { recursive: true });
    await mkdir(join(folder, 'node_modules'));
    const { peerDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const libraries = Object.keys(peerDependencies).map((name) => name.split('/')[0]);
    for (const one of await readdir(join(root, 'node_modules')))
      if (!libraries.includes(one))
        await symlink(join(root, 'node_modules', one), join(folder, 'node_modules', one));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('says for each what to install, and needs nothing for Matrix', async () => {
    const script = `
      import { openOutsideChat } from './dist/drivers/chat/open.js';
      const told = {};
      for (const kind of ${JSON.stringify([...Object.keys(needed), 'matrix'])})
        await openOutsideChat({ kind }, { secret: () => Promise.reject(new Error('no secret')) }).catch((error) => {
          told[kind] = error.name === 'ChatLibraryMissing' ? error.packages.join(' ') : error.message;
        });
      process.stdout.write(JSON.stringify(told));`;
    await writeFile(join(folder, 'ask.js'), script);
    const { stdout } = await run(process.execPath, ['ask.js'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ ...needed, matrix: 'no secret' });
  });

  it('is told of with the line to type, when the server starts', async () => {
    const missing = new ChatLibraryMissing('irc', ['irc-framework@4']);
    const config = { kind: 'irc', channels: new Map() };
    const opened = await openOutsideChat(
      {
        config: memoryConfig({ ...configOf(), chats: new Map([['irc', config]]) }),
        drivers: { openOutsideChat: () => Promise.reject(missing) },
        db: mailboxes.store.db,
        env: () => undefined,
        redactor: createRedactor(),
        clock: systemClock,
        log: mailboxes.log,
        server: 'server-1',
        pageOf: () => '',
      },
      config,
    );
    expect(opened.ok ? undefined : explain(opened.refusal)).toMatchObject({
      what: 'The driver for irc needs packages that are not installed.',
      next: 'Run `npm install irc-framework@4`, or take irc out of chats.',
    });
  });
});
