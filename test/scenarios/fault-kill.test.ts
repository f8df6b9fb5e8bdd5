import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongsNow, wrongTellings } from '../fixtures/borrow-checks.js';
import { type FixtureRepository, makeRepository } from '../fixtures/git-repo.js';
import { hold, standingStill } from '../fixtures/hold.js';
import { packFiles } from '../fixtures/packs.js';
import { withPostgres } from '../fixtures/postgres.js';
import { type ServerFixture, startServer } from '../fixtures/server.js';

const postgres = withPostgres();
const patience = { timeout: 30_000 };
const repositories = new Map<string, FixtureRepository>();
let server: ServerFixture;

/** Every pack has another trouble; those of the house are borrowed by jjm, who never answers: as if gone from the chat. */
const house = ['beans', 'ears', 'mint', 'soup', 'rice', 'stew', 'kale', 'leek'];
const fileOf = (pack: string, says: string) => packFiles(pack, { root: `packs/${pack}/`, says });
const filesOf = (packs: readonly string[], says: string) =>
  Object.assign({}, ...packs.map((pack) => fileOf(pack, says)));

function remote(name: string): FixtureRepository {
  const found = repositories.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const config = (live: string, names: readonly string[]) => `repositories:
${names.map((name) => `  ${name}: { repo: ${remote(name).url}, subtree: true, borrow: { return_after: 1h } }`).join('\n')}
targets:
  default: { kind: directory, path: ${live} }
admins: [ann]
chat:
  web: { channels: [ops] }
`;

async function configure(...names: string[]): Promise<void> {
  await writeFile(join(server.dir, 'packtrain.yaml'), config(server.live, names));
}

beforeAll(async () => {
  const packs = { House: house, Cellar: ['wine'], Pantry: ['jam'] };
  for (const [name, own] of Object.entries(packs)) {
    const made = await makeRepository({ files: filesOf(own, 'main') });
    for (const branch of ['feature/x', 'feature/y'])
      await made.commit(filesOf(own, branch), { branch, from: 'refs/heads/main' });
    repositories.set(name, made);
  }
  for (const [pack, branch] of Object.entries({ soup: 'feature/gone', rice: 'feature/forced' }))
    await remote('House').commit(fileOf(pack, branch), { branch, from: 'refs/heads/main' });
  server = await startServer({
    databaseUrl: postgres.url,
    config: ({ live }) => config(live, Object.keys(packs)),
  });
});
afterAll(async () => {
  await server.close();
  for (const repository of repositories.values()) await repository.remove();
});

let spoken = 0;

/** Says something in the room; a chat does not wait for the answer. */
async function say(as: string, text: string): Promise<void> {
  spoken += 1;
  const body = JSON.stringify({ text, as, key: `fault-${spoken}` });
  expect((await server.api('/rooms/ops/messages', { method: 'POST', body })).status).toBe(200);
}

const column = async (statement: string, parameters: unknown[] = []) =>
  (await postgres.query(statement, parameters)).map((row) => String(row.it));

/** What the bot answered to a line, however often it was said: lines of one moment are answered in any order. */
const answers = async (line: string) => {
  const texts = await column(
    `select a.text as it from packtrain.room_messages a join packtrain.room_messages q on a.reply_to = q.id
     where a.from_bot and q.text = $1`,
    [line],
  );
  return texts.sort();
};

/** What the bot said of something, in the order in which it said it. */
const heard = async (pattern: RegExp) =>
  (await column('select text as it from packtrain.room_messages where from_bot order by id')).filter((text) =>
    pattern.test(text),
  );

const openOf = (name: string) =>
  column(
    `select concat_ws(' ', plan->'packs'->0->>'pack', status, waiting_for) as it from packtrain.deployments
     where requester->>'name' = $1 and ended_at is null order by id`,
    [name],
  );

const borrowed = () =>
  column(
    `select holder->>'name' || ' ' || pack as it from packtrain.borrows where ended_at is null order by 1`,
  );

/** Lets somebody's borrows be over in some milliseconds. */
async function endsIn(name: string, ms: number): Promise<void> {
  await postgres.query(
    `update packtrain.borrows set until = $2 where ended_at is null and holder->>'name' = $1`,
    [name, new Date(Date.now() + ms)],
  );
}

async function phraseOf(pack: string): Promise<string> {
  const asked = await column(
    'select phrase as it from packtrain.queue_entries where packs = array[$1] and phrase is not null',
    [pack],
  );
  return asked[0] ?? '';
}

const says = async (pack: string) =>
  /echo (.*)/.exec(await readFile(join(server.live, pack, 'actions', 'cook.sh'), 'utf8'))?.[1];

/** Says lines that are about different packs, and waits until all are done. */
async function deployed(as: string, ...lines: string[]): Promise<void> {
  for (const line of lines) await say(as, line);
  for (const line of lines)
    await expect.poll(() => answers(line), patience).toEqual([expect.stringContaining('✅')]);
}

/** What bob waits for, and is called for. */
const wanted = ['beans', 'ears', 'mint'];

/** What people say that can't be, and what they are told, once. */
const refused: readonly [string, string, RegExp][] = [
  ['jjm', '!pack deploy House leek feature/x for soonish', /soonish/],
  ['jjm', '!pack extend leek a little', /a little/],
  ['jjm', '!pack give leek @nobody', /I know nobody called nobody/],
];

describe('a server that is killed within a fault', () => {
  it('has borrowed packs, and calls whoever waited for one', async () => {
    await deployed(
      'jjm',
      '!pack deploy House beans,ears,mint,stew,kale,leek feature/x',
      '!pack deploy House soup feature/gone',
      '!pack deploy House rice feature/forced',
      '!pack deploy Cellar wine feature/x',
      '!pack deploy Pantry jam feature/x',
    );
    for (const pack of wanted) await say('bob', `!pack deploy House ${pack} feature/y`);
    await expect
      .poll(async () => (await openOf('bob')).sort(), patience)
      .toEqual(wanted.map((pack) => `${pack} waiting turn`));
    await deployed('jjm', ...wanted.map((pack) => `!pack return ${pack}`));
    await expect
      .poll(() => Promise.all(wanted.map(phraseOf)), patience)
      .toEqual(wanted.map(() => expect.stringMatching(/./)));
  });

  it('answers once what was said just before, and takes no word twice or from another', async () => {
    const [beans = '', , mint = ''] = await Promise.all(wanted.map(phraseOf));

    const main = await remote('House').sha('refs/heads/main');
    await remote('House').removeBranch('feature/gone');
    await remote('House').commit(fileOf('rice', 'forced'), { branch: 'feature/forced', from: main });
    await remote('House').commit({ 'packs/stew': null, ...packFiles('cabbage', { root: 'packs/kale/' }) });
    await remote('Cellar').removeBranch('main');
    await configure('House', 'Cellar');
    // Soon over, so that the warnings are being made too.
    await endsIn('jjm', 9 * 60_000);
    for (const [as, line] of refused) await say(as, line);
    await say('bob', beans);
    await say('bob', beans);
    await say('Packtrain', mint);
    await server.kill();
    await server.start();

    for (const [, line, answer] of refused)
      await expect.poll(() => answers(line), patience).toEqual([expect.stringMatching(answer)]);
    await expect
      .poll(() => answers(beans), patience)
      .toEqual([
        expect.stringContaining('@bob: Deploying *beans*'),
        expect.stringMatching(/^Deployment #\d+ (is under way already|has already succeeded)/),
      ]);
    await expect
      .poll(() => answers(mint), patience)
      .toEqual([expect.stringContaining('only bob can say that')]);
    await expect.poll(borrowed, patience).toContain('bob beans');
    expect(await says('beans')).toBe('feature/y');
    expect(await phraseOf('mint')).toBe(mint);
    for (const pack of ['soup', 'rice', 'stew', 'kale', 'leek', 'wine', 'jam'])
      await expect.poll(() => heard(new RegExp(`^⏰ @jjm,.* \\*${pack}\\* `)), patience).toHaveLength(1);
    for (const pack of ['stew', 'kale'])
      expect(await heard(new RegExp(`^⏰ @jjm, \\*${pack}\\* is removed`))).toHaveLength(1);
  });

  it('takes back what is over, or keeps it and tells why, each once, wherever it was killed', async () => {
    const ears = await phraseOf('ears');
    // Nothing can be told, and so nothing can end.
    const ending = await hold(postgres, 'lock table packtrain.notices in exclusive mode');
    await postgres.query('update packtrain.queue_entries set confirm_by = now() where packs = $1', [
      ['ears'],
    ]);
    await endsIn('jjm', 0);
    await say('bob', ears);
    // One with the queue in hand, for whom others of this server wait, and one that tells of something.
    await expect.poll(async () => await standingStill(postgres), patience).toBeGreaterThan(1);
    await server.kill();
    await ending.letGo();
    // As if the minute had passed that one waits for its next try which was claimed and not asked for before the kill.
    await postgres.query(`update packtrain.borrows b set next_try_at = now() where next_try_at is not null
      and not exists (select from packtrain.deployments d where (d.intent->>'borrow')::bigint = b.id)`);

    // Now all can end, and nobody is told.
    const telling = await hold(
      postgres,
      `select pg_advisory_xact_lock(hashtextextended('packtrain notices', 0))`,
    );
    await server.start();
    await expect.poll(borrowed, patience).toEqual(['bob beans', 'jjm jam', 'jjm wine']);
    await expect.poll(() => openOf('jjm'), patience).toEqual([]);
    await expect
      .poll(
        () =>
          column(`select notice->>'kind' as it from packtrain.notices where posted_at is null order by 1`),
        patience,
      )
      .toEqual(['call', 'missed', 'return-failed', 'return-failed', ...Array(5).fill('returned')]);
    await server.kill();
    await telling.letGo();
    await remote('Cellar').setBranch('main', await remote('Cellar').sha('refs/heads/feature/y'));
    await configure('House', 'Cellar', 'Pantry');
    await server.start();

    await expect.poll(() => answers(ears), patience).toHaveLength(1);
    expect((await answers(ears))[0]).toMatch(/too late|is over/);
    for (const pack of ['wine', 'jam'])
      await expect
        .poll(() => heard(new RegExp(`^⚠️ @jjm, \\*${pack}\\* could not go back`)), patience)
        .toHaveLength(1);
    await postgres.query('update packtrain.borrows set next_try_at = now() where next_try_at is not null');
    await expect.poll(borrowed, patience).toEqual(['bob beans']);
    for (const pack of ['soup', 'rice', 'leek', 'wine', 'jam'])
      await expect
        .poll(() => heard(new RegExp(`^↩️ @jjm, \\*${pack}\\* is back at`)), patience)
        .toHaveLength(1);
    for (const pack of ['stew', 'kale'])
      await expect
        .poll(() => heard(new RegExp(`^↩️ @jjm, \\*${pack}\\* is removed`)), patience)
        .toHaveLength(1);
    expect(await Promise.all(['soup', 'rice', 'leek', 'wine', 'jam'].map(says))).toEqual([
      'main',
      'main',
      'main',
      'feature/y',
      'main',
    ]);
    await expect(says('stew')).rejects.toThrow('ENOENT');
    await expect(says('kale')).rejects.toThrow('ENOENT');

    // Whoever was called goes on as if nothing had been.
    for (const pack of ['ears', 'mint']) await say('bob', await phraseOf(pack));
    await expect.poll(borrowed, patience).toEqual(['bob beans', 'bob ears', 'bob mint']);
    await expect.poll(() => openOf('bob'), patience).toEqual([]);
    expect(await heard(/^⌛ @bob, your turn for \*ears\* passed/)).toHaveLength(1);
    expect(await wrongsNow(postgres.query)).toEqual([]);
    expect(await wrongTellings(postgres.query)).toEqual([]);
  });
});
