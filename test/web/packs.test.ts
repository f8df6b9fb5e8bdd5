import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Drift } from '../../src/core/drift.js';
import { createWeb } from '../../src/web/app.js';
import { heldWeb } from '../fixtures/api-contract.js';
import { fakeDeployments } from '../fixtures/fake-deployments.js';
import { ago, fillPacks, liveOf } from '../fixtures/pack-scene.js';
import {
  apiCall,
  commandsOver,
  onWeb,
  openStation,
  postOf,
  runIntentOn,
  type Station,
} from '../fixtures/station.js';

/** What the API tells of packs, as far as the tests look at it. */
const told = z.object({
  packs: z.array(z.looseObject({ pack: z.string(), target: z.string() })),
  history: z.array(z.looseObject({ id: z.number() })).optional(),
});

/** Who presses what on which page, what that asks for, and what they read then. */
const forced = [
  ['eve', 'beans', 'steal', { kind: 'steal', pack: 'beans' }, 'It is yours now.'],
  ['eve', 'beans', 'give', { kind: 'give', pack: 'beans', to: 'jjm' }, 'It is jjm’s now.'],
  ['bob', 'beans', 'defer', { kind: 'defer', deployment: 2 }, '#2 lets the next one go first.'],
  ['eve', 'tea', 'unlock', { kind: 'unlock', scope: { kind: 'pack', pack: 'tea' } }, 'Unlocked.'],
] as const;

describe('the pages of packs', () => {
  let station: Station;
  let deployments: ReturnType<typeof fakeDeployments>;
  let web: Station['web'];
  const cookies: Record<string, string> = {};

  beforeAll(async () => {
    station = await openStation();
    for (const name of ['ann', 'bob', 'jjm', 'eve']) cookies[name] = await station.signIn(name);
  });
  afterAll(async () => station.close());
  beforeEach(() => {
    deployments = fakeDeployments();
    const runCommand = commandsOver(deployments);
    web = heldWeb(
      createWeb({ ...station.deps, deployments, runCommand, runIntent: runIntentOn(deployments) }),
    );
    fillPacks(deployments);
  });

  const headers = (name: string) => ({ host: '127.0.0.1:8080', cookie: cookies[name] ?? '' });
  const page = async (name: string, path: string) =>
    plain(await (await web.app.request(path, { headers: headers(name) })).text());
  const press = (name: string, pack: string, form: Record<string, string>, more = {}) =>
    web.app.request(`/packs/${pack}`, postOf(form, { cookie: cookies[name] ?? '', ...more }));
  /** The fields of the form with an action, as the page that somebody sees has them. */
  async function formOf(name: string, pack: string, action: string): Promise<Record<string, string>> {
    const html = await (await web.app.request(`/packs/${pack}`, { headers: headers(name) })).text();
    const form = html.split('<form').find((one) => one.includes(`name="action" value="${action}"`)) ?? '';
    return Object.fromEntries(
      [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
    );
  }

  it('tell what is live, who holds it until when, and who waits for what', async () => {
    const shown = await page('jjm', '/packs/beans');
    expect(shown).toContain('feature/soak-the-beans-overnight@5f3e9d1');
    expect(shown).toContain('groceries');
    expect(shown).toMatch(
      /ann has borrowed it with branch feature\/soak-the-beans-overnight since \d\d:\d\d/,
    );
    expect(shown).toMatch(/2[56]m until it returns by itself/);
    expect(shown).toMatch(
      /Place 1 bob #2 main@5f3e9d1 Waiting since [^.]*: ann has borrowed beans until \d\d:\d\d\./,
    );
    expect(shown).toMatch(/Place 2 jjm \(you\) #3 fix\/stir@5f3e9d1 [^.]*; after #2\./);
    expect(shown).toContain('Place 3 ann #4');
    expect(shown).toMatch(/#1 feature\/soak-the-beans-overnight@5f3e9d1 .*1m 00s succeeded/);
  });

  it('tell how long each deployment was live, and what took its place', async () => {
    const before = deployments.add(
      { kind: 'deploy', repository: 'groceries', packs: { kind: 'named', packs: ['beans'] } },
      { platform: 'web', userId: 'bob', name: 'bob' },
      { status: 'succeeded' },
    );
    const now = Date.now();
    const [since, until] = [new Date(now - 7_500_000), new Date(now - 2_040_000)];
    const endedBy = await deployments.get(1);
    if (endedBy === undefined) throw new Error('there is no #1');
    deployments.setSpans('beans', [
      { deployment: 1, since: until },
      { deployment: before, since, until, endedBy: endedBy.deployment },
    ]);
    const shown = await page('jjm', '/packs/beans');
    expect(shown).toMatch(new RegExp(`#${before} the default branch .* 1h 31m, until #1 succeeded`));
    expect(shown).toMatch(/#1 feature\/soak-the-beans-overnight@5f3e9d1 .* 34m \d\ds so far succeeded/);
  });

  it('tell what somebody changed of it on the target, and what to do', async () => {
    const drifted = (drift: Drift) =>
      deployments.setPack({
        target: 'default',
        pack: 'flour',
        live: { ...liveOf('flour'), drift: { drift, since: ago(90) } },
        locks: [],
      });
    expect(await page('ann', '/packs/flour')).not.toContain('not as it was deployed');
    const many = Array.from({ length: 22 }, (_, nth) => ({
      path: `actions/a${nth}.py`,
      how: 'added' as const,
    }));
    drifted({ kind: 'files', files: [{ path: '<b>pack.yaml', how: 'changed' }, ...many] });
    const shown = await page('ann', '/packs/flour');
    expect(shown).toMatch(/It is not as it was deployed \(seen first [^)]+\): these files were changed/);
    expect(shown).toContain('&lt;b&gt;pack.yaml changed');
    expect(shown).toContain('actions/a18.py added and 3 more');
    expect(shown).toContain('for admins, pack deploy groceries flour --overwrite takes its place');
    drifted({ kind: 'replaced', found: 'a folder' });
    expect(await page('ann', '/packs/flour')).toMatch(
      /a folder is in its place\..* groceries flour --adopt takes/,
    );
    drifted({ kind: 'gone' });
    expect(await page('ann', '/packs/flour')).toContain(
      'it is gone from its place. pack deploy groceries flour puts it there again.',
    );
  });

  it('tell who locked a pack, why, until when and how it ends', async () => {
    const shown = await page('ann', '/packs/tea');
    expect(shown).toMatch(
      /bob has locked it because the kettle is being mended, since .*, until .* \(16h \d\dm\)/,
    );
    expect(shown).toContain('bob ends it with pack unlock tea in the chat.');
    expect(await page('bob', '/packs/tea')).toContain('You have locked it');
  });

  it('offer a button only to whom it is for', async () => {
    const offers = async (name: string, pack: string) =>
      [
        ...(await (await web.app.request(`/packs/${pack}`, { headers: headers(name) })).text()).matchAll(
          /name="action" value="(\w+)"/g,
        ),
      ].map(([, action]) => action);
    expect(await offers('ann', 'beans')).toEqual(['extend', 'return', 'give', 'cancel']);
    // Only who has somebody behind can let them go first.
    expect(await offers('bob', 'beans')).toEqual(['defer', 'cancel']);
    expect(await offers('bob', 'tea')).toEqual(['unlock']);
    expect(await offers('jjm', 'tea')).toEqual([]);
    expect(await offers('eve', 'beans')).toEqual([]);
    expect(await offers('ann', 'soup')).toEqual(['confirm', 'cancel']);
    expect(await offers('bob', 'soup')).toEqual([]);
  });

  it('offer nothing that the rules deny, and know a person by each account', async () => {
    const rule = {
      effect: 'deny',
      who: { people: ['jay'], groups: [], channels: [] },
      commands: ['extend', 'cancel'],
      repositories: [],
      packs: [],
      branches: [],
      targets: [],
      forced: false,
      place: 'packtrain.yaml:1',
    } as const;
    const accounts = [
      { platform: 'web', userId: 'ann' },
      { platform: 'web', userId: 'jjm' },
    ];
    const access = {
      people: [{ name: 'jay', accounts }],
      linking: 'everything',
      admins: [],
      groups: new Map(),
      rules: [rule],
    } as const;
    web = createWeb({ ...station.deps, deployments, access: () => access });
    const html = await (await web.app.request('/packs/beans', { headers: headers('jjm') })).text();
    expect([...html.matchAll(/name="action" value="(\w+)"/g)].map(([, action]) => action)).toEqual([
      'return',
      'give',
      'defer',
    ]);
  });

  it('offer what is forced to those who may force it, and ask for it', async () => {
    const access = {
      people: [],
      linking: 'everything',
      admins: ['web:eve'],
      groups: new Map(),
      rules: [],
    } as const;
    web = createWeb({ ...station.deps, deployments, access: () => access });
    for (const [name, pack, action, ask, outcome] of forced) {
      const form = await formOf(name, pack, action);
      const answer = await press(name, pack, action === 'give' ? { ...form, to: 'jjm' } : form);
      expect(plain(await answer.text()), action).toContain(outcome);
      expect(deployments.asked.at(-1)).toMatchObject({ intent: ask, requester: onWeb(name), via: 'web' });
    }
    expect(await page('eve', '/packs/tea')).not.toContain('locked it');
    expect(await page('jjm', '/packs/beans')).toContain('You have borrowed it');
  });

  it('extend, and ask once however often the same button is pressed', async () => {
    const form = await formOf('ann', 'beans', 'extend');
    const [one, two] = [await press('ann', 'beans', form), await press('ann', 'beans', form)];
    expect(plain(await one.text())).toMatch(/Extended: it is yours until \d\d:\d\d/);
    expect(two.status).toBe(200);
    expect(deployments.asked.map(({ intent, requester, via }) => ({ intent, requester, via }))).toEqual([
      { intent: { kind: 'extend', pack: 'beans', by: 1_800_000 }, requester: onWeb('ann'), via: 'web' },
    ]);
    expect(await formOf('ann', 'beans', 'extend')).not.toEqual(form);
  });

  it('return, and say so in place of the buttons', async () => {
    const answer = await press('ann', 'beans', await formOf('ann', 'beans', 'return'));
    expect(plain(await answer.text())).toContain('It is being returned: #8.');
    expect(deployments.asked[0]?.intent).toEqual({ kind: 'return', pack: 'beans', target: 'default' });
    const shown = await page('ann', '/packs/beans');
    expect(shown).not.toContain('Return it');
    expect(shown).toContain('It is being returned: #8.');
  });

  it('confirm a turn; the phrase is told only to whom it is for', async () => {
    expect(await page('bob', '/packs/soup')).toMatch(/It is ann’s turn with #7, until \d\d:\d\d/);
    expect(await page('bob', '/packs/soup')).not.toContain('alas! ear wax!');
    expect(await page('ann', '/packs/soup')).toContain('Say alas! ear wax! in the chat, or confirm it here.');
    const answer = await press('ann', 'soup', await formOf('ann', 'soup', 'confirm'));
    expect(plain(await answer.text())).toContain('Confirmed: #7 goes on.');
    expect(await page('ann', '/packs/soup')).not.toContain('your turn');
  });

  it('cancel an entry of one’s own', async () => {
    const answer = await press('bob', 'beans', await formOf('bob', 'beans', 'cancel'));
    expect(plain(await answer.text())).toContain('#2 is being canceled.');
    expect(await deployments.get(2)).toMatchObject({
      deployment: { status: 'canceled', canceledBy: onWeb('bob') },
    });
  });

  it('give a script the outcome and the changed page in one answer', async () => {
    const form = await formOf('ann', 'soup', 'confirm');
    const answer = await press('ann', 'soup', form, { 'hx-request': 'true' });
    const html = await answer.text();
    expect(html).not.toContain('<html');
    expect(html).toContain('hx-swap-oob="innerMorph:#live"');
    expect(plain(html)).toContain('Confirmed: #7 goes on.');
  });

  it('say why something was refused, beside what is true now', async () => {
    const form = await formOf('ann', 'soup', 'confirm');
    deployments.call(7);
    const answer = await press('ann', 'soup', form);
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(html).toContain('class="refusal"');
    expect(html).toContain('<h1>soup</h1>');
  });

  it.each([
    {},
    { action: 'deploy', seen: 'x' },
    { action: 'give', seen: 'x', to: ' ' },
    { action: 'unlock', seen: 'x', held: 'all', name: '*' },
    { action: 'cancel', seen: 'x' },
    { action: 'confirm', seen: 'x', deployment: '1e9999' },
    { action: 'extend' },
  ])('refuse a form that no page sends', async (form) => {
    expect((await press('ann', 'beans', form as Record<string, string>)).status).toBe(400);
    expect(deployments.asked).toEqual([]);
  });

  it('refuse what another site’s page asks for, and whoever is not signed in', async () => {
    const form = { action: 'extend', seen: 'x' };
    expect((await press('ann', 'beans', form, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await press('nobody', 'beans', form)).status).toBe(401);
    expect((await web.app.request('/board', { headers: headers('nobody') })).status).toBe(401);
    expect((await web.app.request('/board/stream', { headers: headers('nobody') })).status).toBe(401);
    expect(deployments.asked).toEqual([]);
  });

  it('say that there is no pack of that name, without making markup of it', async () => {
    const answer = await web.app.request('/packs/%3Cb%3Enone', { headers: headers('ann') });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('<b>none');
    expect((await web.app.request('/packs/none/stream', { headers: headers('ann') })).status).toBe(404);
    expect((await press('ann', 'none', { action: 'extend', seen: 'x' })).status).toBe(404);
  });

  it('still tell of a pack that is gone', async () => {
    const intent = { kind: 'rollback', pack: 'gone' } as const;
    const id = deployments.add(intent, onWeb('bob'));
    deployments.happen(id, { kind: 'ended', status: 'failed' }, { status: 'failed', endedAt: new Date() });
    const shown = await page('ann', '/packs/gone');
    expect(shown).toContain('It is not live, and nobody waits for it.');
    expect(shown).toContain('rollback what was live before');
  });

  it('show a pack on each of its targets', async () => {
    const shown = await page('ann', '/packs/rice');
    expect(shown.indexOf('On default')).toBeLessThan(shown.indexOf('On second'));
    expect(shown).toContain('v1.2@5f3e9d1');
  });

  it('show no secret', async () => {
    station.redactor.learn('k3ttle-token');
    deployments.setPack({
      target: 'default',
      pack: 'tea',
      locks: [
        {
          id: 1,
          scope: { kind: 'everything' },
          by: onWeb('bob'),
          because: 'k3ttle-token',
          since: new Date(),
        },
      ],
    });
    expect(await page('ann', '/packs/tea')).toContain('because •••');
    expect(await page('ann', '/board')).not.toContain('k3ttle-token');
  });

  it('stand on the board by name, each with what it is in', async () => {
    const shown = await page('ann', '/board');
    const rows = ['beans', 'flour', 'rice', 'soup', 'tea'].map((pack) => shown.indexOf(` ${pack} `));
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(shown).toMatch(/borrowed by ann until \d\d:\d\d \(2\dm\) 3 waiting/);
    expect(shown).toMatch(/flour main@5f3e9d1 .* free/);
    expect(shown).toContain('deploying #6 for jjm…');
    expect(shown).toMatch(/ann’s turn until \d\d:\d\d/);
    expect(shown).toContain('locked by bob because the kettle is being mended 1 waiting');
    expect(shown).toContain('1 deploying 1 borrowed 1 locked 2 free 4 waiting');
  });

  it('are filtered on the board without a script too', async () => {
    const html = await (
      await web.app.request('/board?find=BORROWED+ann', { headers: headers('ann') })
    ).text();
    const rows = [...html.matchAll(/<tr id="on-default-(\w+)" class="\w+"( hidden="")?>/g)];
    expect(rows.filter(([, , hidden]) => hidden === undefined).map(([, pack]) => pack)).toEqual(['beans']);
    expect(await page('ann', '/board?find=nosuch')).toContain('No pack fits.');
  });

  it('lead from /packs to the board, and from signing in back to a pack', async () => {
    const moved = await web.app.request('/packs', { headers: headers('ann') });
    expect(moved.headers.get('location')).toBe('/board');
    const refused = await web.app.request('/packs/beans', { headers: headers('nobody') });
    const next = (refused.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const link = new URL(await station.createLoginLink(onWeb('ann')));
    const token = link.searchParams.get('token') ?? '';
    const response = await web.app.request('/login', postOf({ token }, { cookie: next }));
    expect(response.headers.get('location')).toBe('/packs/beans');
  });

  it('are told by the API too', async () => {
    const get = (path: string) => web.app.request(`/api/v1${path}`, apiCall(station.key));
    const all = told.parse(await (await get('/packs')).json());
    expect(all.packs.map(({ pack, target }) => `${pack}/${target}`)).toEqual([
      'beans/default',
      'flour/default',
      'rice/default',
      'rice/second',
      'soup/default',
      'tea/default',
    ]);
    const one = told.parse(await (await get('/packs/beans')).json());
    expect(one.packs[0]).toMatchObject({
      pack: 'beans',
      url: 'http://127.0.0.1:8080/packs/beans',
      borrow: { holder: { name: 'ann' }, ref: 'feature/soak-the-beans-overnight' },
      queue: [{ deployment: { id: 2 } }, { deployment: { id: 3 } }, { deployment: { id: 4 } }],
    });
    expect(one.history?.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    const none = await get('/packs/none');
    expect(none.status).toBe(404);
    expect(await none.json()).toMatchObject({ refusal: { code: 'pack-not-live' } });
  });

  it.each([
    { kind: 'return', pack: 'beans' },
    { kind: 'extend', pack: 'beans', by: 60_000 },
    { kind: 'confirm', deployment: 7 },
  ] as const)('are acted on by the API: %j', async (intent) => {
    const response = await web.app.request('/api/v1/commands', apiCall(station.key, { as: 'ann', intent }));
    const answer = z.looseObject({ refusal: z.unknown().optional() }).parse(await response.json());
    expect(answer.refusal).toBeUndefined();
    expect(deployments.asked[0]?.intent).toEqual(intent);
  });

  it.each([
    { kind: 'extend', pack: 'beans' },
    { kind: 'extend', pack: 'beans', by: -1 },
    { kind: 'lock', scope: { kind: 'some' }, because: 'x' },
    { kind: 'give', pack: 'beans' },
  ])('are left alone by what the API does not understand: %j', async (intent) => {
    const body = { as: 'ann', intent };
    const response = await web.app.request('/api/v1/commands', apiCall(station.key, body));
    expect(response.status).toBe(400);
    expect(deployments.asked).toEqual([]);
  });
});

/** What a page says, without its markup. */
function plain(html: string): string {
  const body = html.slice(Math.max(html.indexOf('<main'), 0));
  return body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:)…])/g, '$1')
    .replace(/\( /g, '(')
    .trim();
}
