import { xml } from '@xmpp/client';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatAdapter } from '../../../../src/core/chat.js';
import { noProsody, rooms, startProsody } from '../../../fixtures/chats/xmpp/prosody.js';
import { startWire } from '../../../fixtures/chats/xmpp/wire.js';
import { canMakeCertificates, makeCertificate } from '../../../fixtures/hosts-api/certificate.js';
import { withScene } from './scene.js';

const patience = { timeout: 30_000 };
const muc = 'http://jabber.org/protocol/muc';
let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

/** What an owner says to a room. */
function owning(room: string, ...what: Parameters<typeof xml>[2][]) {
  return xml('iq', { type: 'set', to: room }, xml('query', { xmlns: `${muc}#owner` }, what));
}

/** How an owner sets a room up. */
function set(room: string, fields: Readonly<Record<string, string>>) {
  const all = Object.entries({ FORM_TYPE: `${muc}#roomconfig`, ...fields });
  const form = all.map(([name, value]) => xml('field', { var: name }, xml('value', {}, value)));
  return owning(room, xml('x', { xmlns: 'jabber:x:data', type: 'submit' }, form));
}

/** Throws somebody out, or changes what they may. */
function dealing(room: string, item: Readonly<Record<string, string>>) {
  return xml('iq', { type: 'set', to: room }, xml('query', { xmlns: `${muc}#admin` }, xml('item', item)));
}

function says(adapter: ChatAdapter, channel: string, text: string): Promise<string> {
  return adapter.post({ platform: 'xmpp', channel }, { key: text, text }).then(
    () => 'said',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

describe.skipIf(noProsody !== undefined)(`staying on XMPP${noProsody ? `, ${noProsody}` : ''}`, () => {
  const scene = withScene();
  const heardBy = (person: { got(): readonly { readonly text: string }[] }) =>
    person.got().map(({ text }) => text);
  const broken = async () => {
    const wire = await startWire(scene.port);
    ends.push(wire.close);
    return wire;
  };

  it('hears each line once that was written while the connection was broken, in its order', async () => {
    const wire = await broken();
    const room = await scene.room();
    await scene.bob.joins(room);
    const { lines } = await scene.driverIn(room, { port: wire.port });
    await scene.ann.says(room, 'one');
    await expect.poll(() => lines, patience).toHaveLength(1);
    await wire.cut();
    for (const text of ['two', 'three']) await scene.bob.says(room, text);
    await scene.ann.tells('packtrain@localhost', 'alone');
    await wire.mend();
    await expect
      .poll(() => lines.map(({ text }) => text).filter((text) => text !== 'alone'), patience)
      .toEqual(['one', 'two', 'three']);
    await scene.ann.says(room, 'four');
    await expect.poll(() => lines.map(({ text }) => text), patience).toContain('four');
    await expect.poll(() => lines.map(({ text }) => text), patience).toContain('alone');
    expect(lines).toHaveLength(5);
    expect(new Set(lines.map(({ author }) => author.userId))).toEqual(
      new Set(['ann@localhost', 'bob@localhost']),
    );
  });

  it('hears each line once however often the connection breaks, also while it comes back', async () => {
    const wire = await broken();
    const room = await scene.room();
    const { lines } = await scene.driverIn(room, { port: wire.port });
    const all = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    for (const [index, text] of all.entries()) {
      if (index % 5 === 2) await wire.cut();
      if (index % 5 === 3) await wire.mend();
      await scene.ann.says(room, text);
    }
    await expect.poll(() => lines.at(-1)?.text, patience).toBe('line 59');
    const once = new Map(lines.map(({ id, text }) => [id, text]));
    expect([...once.values()]).toEqual(all);
  });

  it('notices at once that the connection broke before the server said a word', async () => {
    const wire = await broken();
    wire.instead(/<stream:stream/, () => {
      void wire.cut();
      return '';
    });
    const { start } = await scene.driver({ port: wire.port });
    await expect(start()).rejects.toThrow('localhost does not let packtrain@localhost in: it hangs up');
  });

  it('hears them in a room without an archive, too, as the room plays them again, under the same ids', async () => {
    const wire = await broken();
    const room = await scene.room(rooms.brief);
    const { lines } = await scene.driverIn(room, { port: wire.port });
    await scene.ann.says(room, 'one');
    await expect.poll(() => lines, patience).toHaveLength(1);
    await wire.cut();
    await scene.ann.says(room, 'two');
    await wire.mend();
    await expect.poll(() => lines.at(-1)?.text, patience).toBe('two');
    const [one, ...more] = lines;
    const texts = new Map(lines.map(({ id, text }) => [id, text]));
    expect([...texts.values()]).toEqual(['one', 'two']);
    expect(more.at(-1)?.author).toEqual(one?.author);
    expect(more.at(-1)?.isUnproved).toBeUndefined();
  });

  it('reads nothing that was written before it first came', async () => {
    const room = await scene.room();
    await scene.ann.says(room, '!pack deploy of last year');
    const { lines } = await scene.driverIn(room);
    await scene.ann.says(room, 'new');
    await expect.poll(() => lines.map(({ text }) => text), patience).toEqual(['new']);
  });

  it('takes no answer about an archive from anybody but the archive', async () => {
    const wire = await broken();
    const room = await scene.room();
    const { lines } = await scene.driverIn(room, { port: wire.port });
    const forged = (from: string) =>
      `<message from='${from}' to='packtrain@localhost'><result xmlns='urn:xmpp:mam:2' id='x' queryid='y'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2030-01-01T00:00:00Z'/><message xmlns='jabber:client' type='groupchat' id='z' from='${room}/ann'><body>!pack deploy evil</body></message></forwarded></result></message>`;
    wire.sends(forged('mallory@localhost/x'));
    wire.sends(forged(room));
    await scene.ann.says(room, 'after');
    await expect.poll(() => lines.map(({ text }) => text), patience).toEqual(['after']);
  });

  it('goes by another nick while its own is taken, and has it back once it is free', async () => {
    const room = await scene.room();
    await scene.mallory.joins(room, { nick: 'packtrain' });
    const { adapter, lines } = await scene.driverIn(room);
    expect(await says(adapter, room, 'hello')).toBe('said');
    await expect.poll(() => scene.ann.got().at(-1)?.from, patience).toBe(`${room}/packtrain_`);
    await scene.ann.says(room, 'packtrain_: status');
    await expect.poll(() => lines.at(-1), patience).toMatchObject({ text: 'status', addressed: true });
    await scene.mallory.leaves(room, 'packtrain');
    let count = 0;
    const from = async () => {
      count += 1;
      await says(adapter, room, `again ${count}`);
      return scene.ann.got().at(-1)?.from;
    };
    await expect.poll(from, patience).toBe(`${room}/packtrain`);
  });

  it('comes back after a kick, and says then what it had to say', async () => {
    const room = await scene.room();
    const { adapter, log } = await scene.driverIn(room, { regainMs: 200 });
    await scene.ann.ask(dealing(room, { nick: 'packtrain', role: 'none' }));
    await expect.poll(() => log.join(), patience).toContain('not in a room');
    await expect.poll(() => says(adapter, room, 'here again'), patience).toBe('said');
    await expect.poll(() => heardBy(scene.ann), patience).toEqual(['here again']);
  });

  it('gives up what is for a room that is gone for a while, and never makes one', async () => {
    const room = await scene.room();
    let now = Date.now();
    const { adapter } = await scene.driverIn(room, { clock: { now: () => new Date(now) } });
    await scene.ann.ask(owning(room, xml('destroy')));
    await expect.poll(() => says(adapter, room, 'hello?'), patience).toMatch(/^Error: not in .*no such room/);
    now += 120_000;
    expect(await says(adapter, room, 'hello?')).toMatch(/^ChatUndeliverable/);
    await scene.ann.joins(room);
    await expect.poll(() => says(adapter, room, 'there it is'), patience).toBe('said');
  });

  it('gives a room its password, and says when that is wrong', async () => {
    const room = await scene.room();
    await scene.ann.ask(
      set(room, { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': 'open sesame' }),
    );
    const knowing = await scene.driverIn(room, { roomPasswords: new Map([[room, { env: 'ROOM' }]]) });
    expect(await says(knowing.adapter, room, 'inside')).toBe('said');
    await knowing.adapter.stop();
    const guessing = await scene.driverIn(room, { roomPasswords: new Map([[room, { env: 'WRONG' }]]) });
    expect(await says(guessing.adapter, room, 'outside')).toMatch(/another password; room_passwords/);
  });

  it('stays out of a room that it is banned from', async () => {
    const room = await scene.room();
    let now = Date.now();
    const { adapter } = await scene.driverIn(room, { clock: { now: () => new Date(now) } });
    await scene.ann.ask(dealing(room, { jid: 'packtrain@localhost', affiliation: 'outcast' }));
    await expect.poll(() => says(adapter, room, 'please'), patience).toMatch(/^Error: .*banned/);
    now += 120_000;
    expect(await says(adapter, room, 'please')).toMatch(/^ChatUndeliverable/);
  });

  it('notices that a room has forgotten it', async () => {
    const wire = await broken();
    const room = await scene.room();
    const { adapter, log } = await scene.driverIn(room, { port: wire.port });
    wire.instead(
      /<iq type="get" to="[^"]*\/packtrain" id="([^"]*)"/,
      ([, id]) =>
        `<iq type='error' id='${id}' from='${room}/packtrain'><error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
    );
    await expect.poll(() => wire.isWaiting(), patience).toBe(false);
    await expect.poll(() => log.join(), patience).toContain('not in a room');
    await expect.poll(() => says(adapter, room, 'back in'), patience).toBe('said');
  });

  it('says why it is not let in', async () => {
    const { start } = await scene.driver({ join: ['x@rooms.localhost'], password: { env: 'WRONG' } });
    await expect(start()).rejects.toThrow(
      'localhost does not let packtrain@localhost in: the password is wrong, or there is no such account',
    );
    const secure = await scene.driver({ join: ['x@rooms.localhost'], tls: true });
    await expect(secure.start()).rejects.toThrow('it offers no encryption');
    const nowhere = await scene.driver({ join: ['x@rooms.localhost'], port: 1 });
    await expect(nowhere.start()).rejects.toThrow(/127\.0\.0\.1:1: .*ECONNREFUSED/);
  });

  describe.skipIf(!canMakeCertificates)('an encrypted stream', () => {
    it('trusts an authority of its own and no other, by STARTTLS and from the first byte', async () => {
      const certificate = await makeCertificate();
      ends.push(certificate.remove);
      const server = await startProsody(certificate);
      ends.push(server.close);
      const room = `secure@${rooms.open}`;
      const secure = { tls: true, caFile: certificate.caFile, join: [room] };
      for (const more of [{ port: server.port }, { port: server.directPort, directTls: true }]) {
        const { adapter, log, start } = await scene.driver({ ...secure, ...more });
        await start();
        // Nobody has made the room, and neither does it: but it was told so by the server.
        expect(log.join()).toContain('not in a room');
        await adapter.stop();
        const { caFile: _, ...unknown } = { ...secure, ...more };
        await expect((await scene.driver(unknown)).start()).rejects.toThrow(/certificate.*ca_file/);
      }
      const open = await scene.driver({ port: server.port, join: [room] });
      await expect(open.start()).rejects.toThrow('it lets nobody log in without tls');
    });
  });
});
