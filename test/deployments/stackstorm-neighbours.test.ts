import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doNews } from '../../src/announcements/start.js';
import { renderDeployment } from '../../src/chat/render/deployment.js';
import type { Deployment } from '../../src/core/deployment.js';
import { type Depot, openDepot } from '../fixtures/depot.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { openVillage } from '../fixtures/village.js';
import { type StackstormBed, stackstormBed } from '../targets/stackstorm-bed.js';

const postgres = withPostgres();
let bed: StackstormBed;
let depot: Depot;

const target = (more: string) =>
  `  st: { kind: stackstorm, url: "http://localhost", api_key: { env: KEY }, packs_path: /nowhere${more} }\n`;

// StackStorm refuses a rule whose trigger type it does not know, and apples come before bells by name.
const apples = {
  ...packFiles('apples', { root: 'packs/apples/' }),
  'packs/apples/rules/on_ring.yaml': `name: on_ring
enabled: true
trigger:
  type: bells.rung
action:
  ref: apples.cook
`,
};
const bells = {
  ...packFiles('bells', { root: 'packs/bells/' }),
  'packs/bells/triggers/rung.yaml':
    'name: rung\ndescription: Somebody rang\npayload_schema:\n  type: object\n',
};

beforeAll(async () => {
  bed = await stackstormBed();
  depot = await openDepot({
    databaseUrl: postgres.url,
    packs: ['tea'],
    wrapTarget: ({ name, ...directory }) => (name === 'st' ? bed.target : { name, ...directory }),
    repository: 'target: st',
    config: target(', chatops: true'),
  });
  await depot.repository.commit({ ...apples, ...bells });
});
afterAll(async () => {
  await depot.close();
  await bed.remove();
});

const deploy = { kind: 'deploy', repository: 'Kitchen', packs: { kind: 'differing' } } as const;

function replyOf(deployment: Deployment): string {
  const context = { url: (id: number) => `/deployments/${id}`, now: new Date() };
  return renderDeployment({ deployment, ahead: [], heldBy: [] }, context).text;
}

describe('packs that go into a StackStorm together', () => {
  it('are registered in the order in which each finds what it needs', async () => {
    const deployment = await depot.askAndWait(deploy);
    expect(deployment.plan?.packs.map(({ pack }) => pack)).toEqual(['bells', 'apples', 'tea']);
    expect(deployment.status).toBe('succeeded');
    expect(bed.stack.state.refs('rules', 'apples')).toContain('apples.on_ring');
  });

  it('have the reply say which lines its ChatOps takes soon, and only when there are new ones', async () => {
    await depot.repository.commit({
      'packs/tea/aliases/pour.yaml': pour,
      'packs/tea/aliases/spill.yaml':
        'name: spill\nenabled: false\naction_ref: tea.cook\nformats: ["spill {{ cup }}"]\n',
    });
    const poured = await depot.askAndWait(deploy);
    expect(poured.plan?.chatopsLines).toEqual([
      { pack: 'tea', line: 'pour {{ cup }}', description: 'Pours a cup' },
    ]);
    expect(replyOf(poured)).toContain(
      "New in StackStorm's ChatOps, within two minutes: `pour {{ cup }}` (Pours a cup).",
    );
    await depot.repository.commit(packFiles('tea', { root: 'packs/tea/', says: 'earl grey' }));
    expect(replyOf(await depot.askAndWait(deploy))).not.toContain('ChatOps');
    await depot.reconfigure({ more: target('') });
    await depot.repository.commit({
      'packs/tea/aliases/spill.yaml': null,
      'packs/tea/aliases/serve.yaml': serve,
    });
    expect(replyOf(await depot.askAndWait(deploy))).not.toContain('ChatOps');
  });

  it('do not have lines told that nobody can say, since an operator has disabled the alias', async () => {
    await bed.stack.toggle('actionalias', 'tea.pour', false);
    await depot.reconfigure({
      keys: 'target: st\nannounce_channel: general\n',
      more: target(', chatops: true'),
    });
    const village = openVillage(['general']);
    const tell = () => doNews({ ...depot.news, adapters: new Map([['irc', village]]), patience: new Map() });
    await tell();
    const before = village.said('general').length;
    await depot.repository.commit({
      'packs/tea/aliases/pour.yaml': pour.replace('pour {{ cup }}', 'pour me {{ cup }}'),
      'packs/tea/aliases/sip.yaml': 'name: sip\naction_ref: tea.cook\nformats: ["sip {{ cup }}"]\n',
    });
    const deployment = await depot.askAndWait(deploy);
    expect(deployment.plan?.chatopsLines?.map(({ line }) => line)).toEqual(['sip {{ cup }}']);
    expect(bed.stack.state.get('actionalias', 'tea.pour')).toMatchObject({ enabled: false });
    await tell();
    const said = village.said('general').slice(before).join('\n');
    expect(said).toContain('sip {{ cup }}');
    expect(said).not.toContain('pour');
    await bed.stack.toggle('actionalias', 'tea.pour', true);
    await depot.repository.commit({ 'packs/tea/aliases/pour.yaml': pour });
    expect((await depot.askAndWait(deploy)).plan?.chatopsLines?.map(({ line }) => line)).toEqual([
      'pour {{ cup }}',
    ]);
  });

  it('miss a trigger type that is taken away: the plan says so before StackStorm does', async () => {
    await depot.repository.commit({ 'packs/bells/triggers/rung.yaml': null });
    const deployment = await depot.askAndWait(deploy);
    expect(replyOf(deployment)).toContain(
      '1 rule elsewhere still waits for the removed trigger `bells.rung`: *apples* `rules/on_ring.yaml:4`.',
    );
  });
});

const pour = `name: pour
description: Pours a cup
action_ref: tea.cook
formats:
  - "pour {{ cup }}"
`;
const serve = 'name: serve\naction_ref: tea.cook\nformats: ["serve {{ cup }}"]\n';
