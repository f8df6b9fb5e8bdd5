import { expect, it } from 'vitest';
import { ann, said } from './fixture.js';
import { stage } from './stage.js';

const bySomebody = { actor: { platform: 'slack', userId: 'U1', name: 'ann' }, via: 'api' } as const;

it.each(['pack link', 'pack link K7QWM-4XHRT', 'pack unlink slack:U1'])(
  'a key of the API joins nothing, also when it acts for somebody: %s',
  async (line) => {
    const { dispatcher, deployments } = stage();
    const byKey = { name: 'ci', mayChange: true };
    const answer = await dispatcher.runLine(line, { ...bySomebody, key: line, byKey });
    expect(answer.refusal).toEqual({ code: 'key-joins-nobody', params: { key: 'ci' } });
    expect(deployments.requests).toEqual([]);
  },
);

it('nothing is joined where others may read what is whispered', async () => {
  const { dispatcher, deployments, elsewhere } = stage();
  Object.assign(elsewhere, { capabilities: { ...elsewhere.capabilities, isOverheard: true } });
  const origin = { platform: 'elsewhere', channel: 'ops' };
  await dispatcher.handle(said('!pack link', { author: { ...ann, platform: 'elsewhere' }, origin }));
  expect(elsewhere.posted.map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^On elsewhere others may read what only you should, so accounts are not joined there/,
    ),
  ]);
  expect(deployments.requests).toEqual([]);
});
