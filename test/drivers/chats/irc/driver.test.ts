import { afterEach, describe, expect, it } from 'vitest';
import {
  type ChatAdapter,
  ChatRateLimited,
  ChatUndeliverable,
  type IncomingMessage,
} from '../../../../src/core/chat.js';
import { open } from '../../../../src/drivers/chat/irc/driver.js';
import type { IrcSettings } from '../../../../src/drivers/chat/irc/settings.js';
import { FakeIrc, type FakeIrcOptions } from '../../../fixtures/chats/irc/fake.js';
import { chatParts } from '../../../fixtures/chats/parts.js';
import { canMakeCertificates, makeCertificate } from '../../../fixtures/hosts-api/certificate.js';

const patience = { timeout: 30_000 };
let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

/** A network, with the driver on it unless it does not let it in. */
async function connected(options: FakeIrcOptions = {}, more: Partial<IrcSettings> = {}) {
  const network = await FakeIrc.open(options);
  ends.push(network.close);
  const settings: IrcSettings = {
    kind: 'irc',
    host: '127.0.0.1',
    port: network.port,
    tls: false,
    nick: 'packtrain',
    join: ['#ops'],
    trustNicknames: false,
    linesAtOnce: 5,
    linesPerMinute: 30,
    firstPauseMs: 5,
    regainMs: 10,
    ...more,
  };
  const { adapter } = await open(settings, chatParts({ PASSWORD: 'sesame', SERVER: 'open' }));
  const lines: IncomingMessage[] = [];
  const start = () =>
    adapter.start(async (line) => {
      lines.push(line);
    });
  ends.push(() => adapter.stop());
  return { network, adapter, lines, start };
}

const from = (nick: string) => `:${nick}!${nick}@host.example.net`;
const here = { platform: 'irc', channel: '#ops' };
const say = (adapter: ChatAdapter, text: string) => adapter.post(here, { key: text, text });

describe('who writes on IRC', () => {
  it('is known by the account in the tag of each line, where the network gives it', async () => {
    const { network, lines, start } = await connected({ caps: ['account-tag', 'message-tags'] });
    await start();
    network.sends(`@account=Ann;msgid=m1 ${from('somebody')} PRIVMSG #ops :one`);
    network.sends(`${from('ann')} PRIVMSG #ops :two`);
    await expect.poll(() => lines, patience).toHaveLength(2);
    expect(lines[0]).toMatchObject({ id: 'm1', author: { userId: 'ann', name: 'somebody' } });
    expect(lines[0]?.isUnproved).toBeUndefined();
    expect(lines[1]).toMatchObject({ isUnproved: true, author: { userId: 'ann!ann@host.example.net' } });
    expect(network.heard.join('\n')).not.toContain('WHOIS');
  });

  it('is asked of WHOIS elsewhere, anew once they were renamed, and only of the one who wrote it', async () => {
    const accounts = new Map([['ann', 'ann-account']]);
    const { network, lines, start } = await connected({ accounts });
    await start();
    network.sends(`${from('ann')} PRIVMSG #ops :one`);
    network.sends(`${from('ann')} PRIVMSG #ops :two`);
    network.sends(`:ann!evil@elsewhere.example.net PRIVMSG packtrain :three`);
    await expect.poll(() => lines, patience).toHaveLength(3);
    expect(lines.map(({ author }) => author.userId)).toEqual([
      'ann-account',
      'ann-account',
      'ann!evil@elsewhere.example.net',
    ]);
    expect(lines[2]).toMatchObject({ isUnproved: true, addressed: true, origin: { channel: 'ann' } });
    expect(network.heard.filter((line) => line === 'WHOIS ann')).toHaveLength(2);
    accounts.clear();
    network.sends(`${from('ann')} NICK ann2`);
    network.sends(`${from('ann')} PRIVMSG #ops :four`);
    await expect.poll(() => lines.at(-1)?.text, patience).toBe('four');
    expect(lines.at(-1)?.isUnproved).toBe(true);
  });

  it('is whispered to only while they are who they were', async () => {
    const accounts = new Map([['ann', 'ann-account']]);
    const { network, adapter, start } = await connected({ accounts });
    await start();
    const to = { platform: 'irc', userId: 'ann-account', name: 'ann' };
    await adapter.whisper(to, here, { key: 'w', text: 'psst' });
    await network.hears(/^NOTICE ann psst$/);
    accounts.set('ann', 'mallory');
    await expect(adapter.whisper(to, here, { key: 'w', text: 'psst' })).rejects.toThrow(ChatUndeliverable);
    expect(network.heard.join('\n')).not.toContain('NOTICE');
  });

  it('knows a mention, and takes nothing that is played again for new', async () => {
    const { network, lines, start } = await connected({ caps: ['batch'] }, { trustNicknames: true });
    await start();
    network.sends(':irc.fake BATCH +b chathistory #ops');
    network.sends(`@batch=b ${from('ann')} PRIVMSG #ops :old`);
    network.sends(':irc.fake BATCH -b');
    network.sends(`${from('ann')} PRIVMSG #ops :Packtrain: \u0002status\u0002`);
    network.sends(`${from('ann')} PRIVMSG #ops :packtrains are nice`);
    await expect.poll(() => lines, patience).toHaveLength(2);
    expect(lines[0]).toMatchObject({ text: 'status', addressed: true, author: { userId: 'ann' } });
    expect(lines[1]).toMatchObject({ text: 'packtrains are nice', addressed: false });
  });
});

describe('the way into an IRC network', () => {
  it('logs in to the services, and gives the password of the server', async () => {
    const options = { caps: ['sasl=PLAIN'], passwords: new Map([['bot', 'sesame']]), password: 'open' };
    const given = { account: { name: 'bot', password: { env: 'PASSWORD' } }, password: { env: 'SERVER' } };
    const { network, start } = await connected(options, given);
    await start();
    await network.hears(/^JOIN #ops$/);
  });

  it('says why it was not let in', async () => {
    const account = { name: 'bot', password: { env: 'PASSWORD' } };
    const { start } = await connected({ caps: ['sasl=PLAIN'] }, { account });
    await expect(start()).rejects.toThrow('services refuse the account');
    const locked = await connected({ password: 'another' }, { password: { env: 'SERVER' } });
    await expect(locked.start()).rejects.toThrow('the password of the server is wrong');
  });

  it('takes another nick when its own is taken, and has it back once it is free', async () => {
    const taken = new Set(['packtrain']);
    const { network, start } = await connected({ taken });
    await start();
    expect(network.nick).toBe('packtrain_');
    taken.clear();
    await expect.poll(() => network.nick, patience).toBe('packtrain');
  });

  it('comes back to a channel that it was kicked from, and says there what it had to say', async () => {
    const { network, adapter, start } = await connected();
    await start();
    await network.hears(/^JOIN #ops$/);
    network.sends(`${from('bob')} KICK #ops packtrain :out`);
    await network.hears(/^JOIN #ops$/);
    await expect
      .poll(
        () =>
          say(adapter, 'here again').then(
            () => true,
            () => false,
          ),
        patience,
      )
      .toBe(true);
    await network.hears(/^PRIVMSG #ops :here again$/);
  });

  it.skipIf(!canMakeCertificates)('trusts an authority of its own, and no other', async () => {
    const certificate = await makeCertificate();
    ends.push(certificate.remove);
    const secure = { tls: true, host: 'localhost' };
    const { network, start } = await connected({ certificate }, { ...secure, caFile: certificate.caFile });
    await start();
    await network.hears(/^JOIN #ops$/);
    const unknown = await connected({ certificate }, secure);
    await expect(unknown.start()).rejects.toThrow(/certificate/);
  });
});

describe('what is said on IRC', () => {
  it('is said at the pace of the network, a message at a time', async () => {
    const { network, adapter, start } = await connected();
    await start();
    await say(adapter, '1\n2\n3');
    const third = await say(adapter, '4\n5\n6').catch((error: unknown) => error);
    expect(third).toBeInstanceOf(ChatRateLimited);
    await say(adapter, '4\n5');
    const lines = network.heard.filter((line) => line.startsWith('PRIVMSG'));
    expect(lines).toEqual([1, 2, 3, 4, 5].map((n) => `PRIVMSG #ops ${n}`));
  });

  it('can never be said where the network does not let it', async () => {
    const { network, adapter, start } = await connected();
    await start();
    const saying = adapter.post({ platform: 'irc', channel: 'gone' }, { key: 'a', text: 'hello' });
    network.sends(':irc.fake 401 packtrain gone :No such nick');
    await expect(saying).rejects.toThrow(ChatUndeliverable);
  });
});
