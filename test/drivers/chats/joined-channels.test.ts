import { describe, expect, it } from 'vitest';
import { open as openIrc } from '../../../src/drivers/chat/irc/driver.js';
import { open as openXmpp } from '../../../src/drivers/chat/xmpp/driver.js';
import { chatParts } from '../../fixtures/chats/parts.js';

const parts = chatParts({ PASSWORD: 'sesame' });

describe('the channels of a chat that is only in those of its config', () => {
  it('are known by name and id, also before it is connected: on IRC', async () => {
    const { adapter } = await openIrc(
      {
        kind: 'irc',
        host: 'irc.example.net',
        port: 6697,
        tls: true,
        nick: 'packtrain',
        join: ['#Ops', '#deploys'],
        trustNicknames: false,
        linesAtOnce: 5,
        linesPerMinute: 30,
      },
      parts,
    );
    expect(await adapter.channelNames?.()).toEqual(['#Ops', '#deploys']);
    expect(await adapter.hasChannel?.('#ops')).toBe(true);
    expect(await adapter.hasChannel?.('#kitchen')).toBe(false);
  });

  it('are known by name and id, also before it is connected: by XMPP', async () => {
    const { adapter } = await openXmpp(
      {
        kind: 'xmpp',
        jid: 'packtrain@example.com',
        password: { env: 'PASSWORD' },
        tls: true,
        directTls: false,
        nick: 'packtrain',
        join: ['ops@rooms.example.com'],
        roomPasswords: new Map(),
        trustNicknames: false,
        corrections: true,
        messagesAtOnce: 5,
        messagesPerMinute: 30,
      },
      parts,
    );
    expect(await adapter.channelNames?.()).toEqual(['ops']);
    expect(await adapter.hasChannel?.('Ops@rooms.example.com')).toBe(true);
    expect(await adapter.hasChannel?.('kitchen@rooms.example.com')).toBe(false);
  });
});
