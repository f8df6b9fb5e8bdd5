import { describe, expect, it } from 'vitest';
import { ann, configOf } from './fixture.js';
import { type Stage, stage } from './stage.js';

const bots = [
  { platform: 'web', userId: 'bot-1', name: 'Packtrain' },
  { platform: 'web', userId: 'bot-2', name: 'Packtrain' },
] as const;

/** Lets two bots of the same name hear each other until neither says anything more; how often they did. */
async function talk(rooms: readonly [Stage, Stage], said: readonly string[]): Promise<number> {
  let lines = said;
  let hops = 0;
  for (let hearer = 1; lines.length > 0 && hops < 10; hearer = 1 - hearer, hops++) {
    const [first, second] = rooms;
    const room = hearer === 1 ? second : first;
    const answers: string[] = [];
    for (const line of lines) {
      const author = bots[1 - hearer] ?? bots[0];
      answers.push(...(await room.say(line, { author, addressed: /@packtrain/i.test(line) })));
    }
    lines = answers;
  }
  return hops;
}

describe('two bots of the same name in one channel', () => {
  it.each([
    '!pack deploy house-packs beans',
    '!pack frobnicate',
    '!pack deploy nowhere beans',
    '!pack help',
    '!pack status',
    '!pack lock * because the other one',
    '!pack why baens',
    'packtrain: pack queu',
  ])('do not talk to each other for ever after %j', async (line) => {
    const rooms = [stage(), stage()] as const;
    const answers = await rooms[0].say(line, { addressed: line.startsWith('packtrain') });
    expect(await talk(rooms, answers)).toBeLessThanOrEqual(2);
  });

  it('do not when one calls the other by the name that both have', async () => {
    const line = '@Packtrain: Deploying *beans* from *house-packs* for you…';
    expect(await talk([stage(), stage()], [line])).toBeLessThanOrEqual(2);
  });

  it('take no phrase from each other, nor from an account that is called like the one who is asked', async () => {
    const room = stage(configOf());
    await room.say('!pack deploy house-packs beans');
    room.deployments.call(1, 'alas! ear wax!');
    for (const author of [...bots, { ...ann, userId: 'somebody-else' }]) {
      const [answer] = await room.say('alas! ear wax!', { author });
      expect(answer).toContain('so only ann can say that');
    }
    expect(room.deployments.requests.filter((one) => one.intent.kind === 'confirm')).toEqual([]);
  });
});
