import { describe, expect, it } from 'vitest';
import { commandTable } from '../../src/chat/commands/table.js';
import type { IncomingMessage } from '../../src/core/chat.js';
import { isReading } from '../../src/core/commands.js';
import { lineOf } from '../../src/drivers/chat/irc/read.js';
import { said } from './fixture.js';
import { stage } from './stage.js';

/** What somebody with the nickname ann writes on a network, as its driver hands it over. */
function onIrc(
  text: string,
  { trustNicknames = false, account }: { trustNicknames?: boolean; account?: string },
) {
  const event = {
    nick: 'ann',
    ident: 'a',
    hostname: 'host.example',
    target: '#ops',
    message: text,
    tags: {},
  };
  const nicks = ['packtrain'];
  const line = lineOf(event as Parameters<typeof lineOf>[0], { id: text, nicks, account, trustNicknames });
  // The stage's adapter stands for the network; who speaks is as the driver says.
  return said(text, {
    ...line,
    origin: { ...line.origin, platform: 'elsewhere' },
  } as Partial<IncomingMessage>);
}

const changing = commandTable.filter(({ name }) => !isReading(name));
const proves = /^Nothing on irc proves that you are ann/;

describe('a network on which anybody may bear any nickname', () => {
  it.each(changing.map(({ example, name }) => [name, example] as const))(
    'lets nobody unproved %s',
    async (_, example) => {
      const { dispatcher, deployments, elsewhere } = stage();
      await dispatcher.handle(onIrc(`!${example}`, {}));
      expect(elsewhere.posted.map(({ text }) => text)).toEqual([expect.stringMatching(proves)]);
      expect(deployments.requests).toEqual([]);
    },
  );

  it('answers whoever only asks, and tells them that nothing proves them', async () => {
    const { dispatcher, elsewhere } = stage();
    for (const { name, example } of commandTable)
      if (isReading(name) && name !== 'login' && name !== 'whoami')
        await dispatcher.handle(onIrc(`!${example}`, {}));
    expect(elsewhere.posted.length).toBeGreaterThan(10);
    for (const { text } of elsewhere.posted) expect(text).not.toMatch(proves);
    await dispatcher.handle(onIrc('!pack whoami', {}));
    expect(elsewhere.whispered.at(-1)?.text).toMatch(
      /^Nothing proves that you are \*ann\*: you go by `irc:ann!a@host\.example`, and may ask, but change nothing\./,
    );
  });

  it.each([
    ['to an account of its services', { account: 'ann' }],
    ['where the config trusts nicknames', { trustNicknames: true }],
  ])('lets those change things who are logged in, %s', async (_, how) => {
    const { dispatcher, deployments } = stage();
    await dispatcher.handle(onIrc('!pack deploy house-packs beans', how));
    expect(deployments.requests).toMatchObject([
      { intent: { kind: 'deploy' }, requester: { platform: 'irc', userId: 'ann' } },
    ]);
  });
});
