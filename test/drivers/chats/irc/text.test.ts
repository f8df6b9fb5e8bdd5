import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelNamed, folded, idOf, otherNicks } from '../../../../src/drivers/chat/irc/names.js';
import { ircLines, roomFor } from '../../../../src/drivers/chat/irc/text.js';
import { paceLines } from '../../../../src/drivers/chat/pace.js';

const bold = '\u0002';
const italic = '\u001d';

describe('what is said on IRC', () => {
  it('has marks of its own, links with their address, and code as it was', () => {
    const text =
      '*beans* is _live_: [#1](https://bot/1), `pack *status*`, [@ann](mention:ann)\n```\na *b*\n```';
    expect(ircLines(text, 400, (userId) => (userId === 'ann' ? 'ann_' : undefined))).toEqual([
      `${bold}beans${bold} is ${italic}live${italic}: #1 (https://bot/1), \`pack *status*\`, ann_`,
      'a *b*',
    ]);
  });

  it('is cut between words, with what is bold staying bold', () => {
    expect(ircLines('one *two three four* five', 12)).toEqual([
      `one ${bold}two`,
      `${bold}three four${bold}`,
      'five',
    ]);
    expect(ircLines('*one two three*', 10)).toEqual([`${bold}one two`, `${bold}three${bold}`]);
  });

  it('never takes more bytes than a line has, cuts no character, and loses no word', () => {
    const words = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'é', '☃', '👩‍🚀', '*', '_', ' '), minLength: 1, maxLength: 60 }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 40, max: 120 }), (parts, room) => {
        const lines = ircLines(parts.join(' '), room);
        for (const line of lines) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(room);
          expect(line).not.toMatch(/[\r\n\0]/);
          expect(Buffer.from(line).toString()).toBe(line);
        }
        const bare = (text: string) => text.replace(/[\s\p{Cc}*_]/gu, '');
        expect(bare(lines.join(''))).toBe(bare(parts.join('')));
      }),
    );
    const snow = '☃'.repeat(100);
    expect(ircLines(snow, 40).join('')).toBe(snow);
  });

  it('brings no line of its own into the protocol', () => {
    expect(ircLines('hello\r\nQUIT :bye\0\u0001VERSION\u0001', 400)).toEqual(
      ['hello', 'QUIT :bye  VERSION '].map((line) => line.trimEnd()),
    );
  });

  it('leaves room for who says it, as its readers get it', () => {
    const source = 'packtrain!~packtrain@host.example.net';
    const room = roomFor('#ops', 'packtrain', source);
    expect(Buffer.byteLength(`:${source} PRIVMSG #ops :\r\n`) + room).toBe(512);
    expect(roomFor('#ops', 'packtrain')).toBeLessThan(room);
  });
});

describe('the pace of lines', () => {
  const pace = { atOnce: 5, everyMs: 2_000 };

  it('lets a few lines through at once, and then one after the other', () => {
    const first = paceLines(pace, 0, 5, 1_000_000);
    expect(first).toEqual({ isFree: true, state: 1_010_000 });
    expect(paceLines(pace, 1_010_000, 1, 1_000_000)).toEqual({ isFree: false, waitMs: 2_000 });
    expect(paceLines(pace, 1_010_000, 1, 1_002_000)).toEqual({ isFree: true, state: 1_012_000 });
    expect(paceLines(pace, 1_010_000, 3, 1_002_000)).toEqual({ isFree: false, waitMs: 4_000 });
  });

  it('lets a long message through once all is free, and makes the next wait for it', () => {
    expect(paceLines(pace, 0, 8, 1_000_000)).toEqual({ isFree: true, state: 1_016_000 });
    expect(paceLines(pace, 1_016_000, 1, 1_000_000)).toEqual({ isFree: false, waitMs: 8_000 });
  });
});

describe('names on IRC', () => {
  it('are the same in small letters and in large ones, brackets included', () => {
    expect(folded('Ann[away]\\~')).toBe('ann{away}|^');
  });

  it('are one person only where every network takes them for the same', () => {
    expect(idOf('Ann')).toBe('ann');
    expect(idOf('ann[1]')).not.toBe(idOf('ann{1}'));
    expect(idOf('\u212Aate')).not.toBe('kate');
    expect(folded('\u212Aate')).not.toBe('kate');
  });

  it('of channels are found without their mark, the exact one first', () => {
    expect(channelNamed(['##ops', '#ops'], '#Ops')).toBe('#ops');
    expect(channelNamed(['#deploys'], 'deploys')).toBe('#deploys');
    expect(channelNamed(['#deploys'], 'deploy')).toBeUndefined();
  });

  it('have others beside them that are no longer, for networks with short ones', () => {
    expect(otherNicks('packtrain').slice(0, 3)).toEqual(['packtrain_', 'packtrain__', 'packtrai1']);
  });
});
