import { xml } from '@xmpp/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownJid } from '../../../../src/drivers/chat/xmpp/occupants.js';
import { placesOf } from '../../../../src/drivers/chat/xmpp/places.js';
import { spoken } from '../../../../src/drivers/chat/xmpp/spoken.js';
import { written } from '../../../../src/drivers/chat/xmpp/text.js';
import { settingsOf } from '../../../fixtures/chats/xmpp/settings.js';

const own = { nicks: ['packtrain'], jids: ['packtrain@localhost', 'ops@rooms.localhost/packtrain'] };
const reference = (begin: number, end: number, uri: string) =>
  xml('reference', { xmlns: 'urn:xmpp:reference:0', type: 'mention', begin: `${begin}`, end: `${end}`, uri });
const said = (body: string, ...more: ReturnType<typeof xml>[]) =>
  spoken(xml('message', {}, xml('body', {}, body), more), own);

describe('a line on XMPP', () => {
  it('is meant for the bot after its nick, but not with that in it', () => {
    expect(said('packtrain: status')).toEqual({ text: 'status', isMention: true });
    expect(said('Packtrain, status')).toEqual({ text: 'status', isMention: true });
    expect(said('@packtrain status')).toEqual({ text: 'status', isMention: true });
    expect(said('packtrain status')).toEqual({ text: 'packtrain status', isMention: false });
    expect(said('packtrains: nice')).toEqual({ text: 'packtrains: nice', isMention: false });
    expect(said('ask packtrain: it knows')).toEqual({ text: 'ask packtrain: it knows', isMention: false });
  });

  it('is meant for the bot where it begins with a mention that the client marked', () => {
    const us = ['xmpp:packtrain@localhost', 'xmpp:ops@rooms.localhost/packtrain?message'];
    for (const uri of us)
      expect(said('🚂 status', reference(0, 1, uri))).toEqual({ text: 'status', isMention: true });
    expect(said('not 🚂', reference(4, 5, us[0] ?? ''))).toMatchObject({ isMention: false });
  });

  it('names the people whom the client mentions by their addresses', () => {
    const bob = 'xmpp:Bob@LOCALHOST';
    expect(said('!pack give 🫘 to Bob Bobson', reference(16, 26, bob)).text).toBe(
      '!pack give 🫘 to @bob@localhost',
    );
    expect(said('!pack give 🫘 @bob!', reference(14, 17, bob)).text).toBe('!pack give 🫘 @bob@localhost!');
  });

  it('is read whatever its marks say', () => {
    const place = fc.integer({ min: -5, max: 50 });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.tuple(place, place, fc.string())),
        (body, marks) => {
          const references = marks.map(([begin, end, uri]) => reference(begin, end, `xmpp:${uri}`));
          expect(typeof said(body, ...references).text).toBe('string');
        },
      ),
    );
  });
});

describe('a text on XMPP', () => {
  it('has everybody whom it mentions at the place that it says', () => {
    const nick = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => text.replace(/[\p{Cc}\r\n]/gu, '') || 'x');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), nick, fc.nat(3), (text, name, count) => {
        const mentions = ' [@bob](mention:bob@localhost)'.repeat(count);
        const { body, references } = written(`${text}\n${mentions}\n`, () => ({
          nick: name,
          jid: 'bob@localhost',
        }));
        expect(references.length).toBeGreaterThanOrEqual(count);
        for (const { attrs } of references) {
          const part = Array.from(body).slice(Number(attrs.begin), Number(attrs.end));
          expect(part.join('')).toBe(name);
        }
        expect(body).not.toMatch(/(?![\n\t])\p{Cc}|[\uFFFE\uFFFF]|\p{Cs}/u);
      }),
    );
  });
});

describe('the address that a room shows', () => {
  const x = (...jids: string[]) =>
    xml(
      'x',
      { xmlns: 'http://jabber.org/protocol/muc#user' },
      jids.map((jid) => xml('item', { jid })),
    );

  it('is that of one person, with all their clients', () => {
    expect(shownJid(xml('presence', {}, x('Ann@localhost/a', 'ann@localhost/b')))).toBe('ann@localhost');
    expect(shownJid(xml('presence', {}, x('ann@localhost/a', 'bob@localhost/b')))).toBeUndefined();
    expect(shownJid(xml('presence', {}, x('ann@localhost/a'), x('ann@localhost/a')))).toBeUndefined();
    expect(shownJid(xml('presence', {}, x()))).toBeUndefined();
    expect(shownJid(xml('presence'))).toBeUndefined();
  });
});

describe('the way to an XMPP server', () => {
  const { host: _, port: __, ...found } = settingsOf(0, { jid: 'packtrain@example.net', tls: true });
  const record = (name: string, port: number, priority: number, weight = 0) => ({
    name,
    port,
    priority,
    weight,
  });

  it('is what the domain says in the DNS, the best first', async () => {
    const names: Record<string, ReturnType<typeof record>[]> = {
      '_xmpps-client._tcp.example.net': [record('direct.example.net', 5223, 5), record('.', 0, 0)],
      '_xmpp-client._tcp.example.net': [
        record('b.example.net', 5222, 5, 9),
        record('a.example.net', 5222, 1),
      ],
    };
    const places = await placesOf(found, async (name) => names[name] ?? []);
    expect(places.map(({ host, isDirect }) => `${host} ${isDirect}`)).toEqual([
      'a.example.net false',
      'b.example.net false',
      'direct.example.net true',
    ]);
  });

  it('is the domain itself where the DNS says nothing, and what the config says before all', async () => {
    const nothing = async () => {
      throw new Error('ENOTFOUND');
    };
    const usual = { host: 'example.net', port: 5222, isDirect: false };
    expect(await placesOf(found, nothing)).toEqual([usual]);
    expect(await placesOf({ ...found, host: 'x', directTls: true }, nothing)).toEqual([
      { host: 'x', port: 5223, isDirect: true },
    ]);
  });
});
