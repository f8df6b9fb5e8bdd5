import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatAdapter, PostedMessage } from '../../../src/core/chat.js';
import { withMailboxes } from '../../fixtures/mailbox.js';
import {
  limitMs,
  type MemoryPlatform,
  type MemoryRequest,
  memoryPlatform,
  type Trouble,
} from '../../fixtures/memory-chat.js';

const mailboxes = withMailboxes();
const channels = ['lobby', 'attic'] as const;

type Step =
  | { readonly kind: 'post'; readonly channel: string; readonly isUnfinished: boolean }
  | { readonly kind: 'edit'; readonly which: number; readonly isUnfinished: boolean }
  | { readonly kind: 'trouble'; readonly channel: string; readonly trouble: Trouble }
  | { readonly kind: 'crash' | 'breathe' };

const channel = fc.constantFrom(...channels);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('post'), channel, isUnfinished: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('edit'), which: fc.nat(9), isUnfinished: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('trouble'),
      channel,
      trouble: fc.constantFrom('none', 'lost', 'limited', 'down'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('breathe') }) },
);

/** A message that somebody said, with all its states: `3@0`, `3@1`, … */
interface Said {
  readonly key: string;
  readonly posted: PostedMessage;
  readonly finished: boolean[];
}

interface Run {
  readonly said: readonly Said[];
  readonly requests: readonly MemoryRequest[];
  readonly crashes: number;
  /** When, in milliseconds since 1970. */
  readonly crashedAt: readonly number[];
}

async function play(steps: readonly Step[], platform: MemoryPlatform): Promise<Run> {
  await mailboxes.empty();
  const trouble = new Map<string, Trouble>();
  platform.trouble((where) => trouble.get(where) ?? 'none');
  const said: Said[] = [];
  const crashedAt: number[] = [];
  let mailbox = await opened(platform);
  for (const one of steps) {
    if (one.kind === 'post') said.push(await post(mailbox, `k${said.length}`, one));
    if (one.kind === 'edit')
      await edit(mailbox, said[one.which % Math.max(1, said.length)], one.isUnfinished);
    if (one.kind === 'trouble') trouble.set(one.channel, one.trouble);
    if (one.kind === 'breathe') await sleep(3);
    if (one.kind !== 'crash') continue;
    await mailboxes.kill(mailbox);
    crashedAt.push(Date.now());
    mailbox = await opened(platform);
  }
  trouble.clear();
  await expect.poll(waiting, { interval: 5 }).toBe(0);
  await mailbox.stop();
  return { said, requests: platform.requests, crashes: crashedAt.length, crashedAt };
}

async function post(mailbox: ChatAdapter, key: string, one: Step & { kind: 'post' }): Promise<Said> {
  const message = { key, text: `${key}@0`, ...unfinished(one.isUnfinished) };
  const posted = await mailbox.post({ platform: 'memory', channel: one.channel }, message);
  return { key, posted, finished: [!one.isUnfinished] };
}

async function edit(mailbox: ChatAdapter, it: Said | undefined, isUnfinished: boolean): Promise<void> {
  if (it === undefined) return;
  const text = `${it.key}@${it.finished.length}`;
  it.finished.push(!isUnfinished);
  await mailbox.edit(it.posted, { key: it.key, text, ...unfinished(isUnfinished) });
}

function unfinished(isUnfinished: boolean): { readonly isUnfinished?: boolean } {
  return isUnfinished ? { isUnfinished } : {};
}

async function opened(platform: MemoryPlatform): Promise<ChatAdapter> {
  const mailbox = mailboxes.through(platform.connect());
  await mailbox.start(async () => undefined);
  return mailbox;
}

async function waiting(): Promise<number> {
  const { rows } = await mailboxes.store.pool.query(
    'select count(*) as n from chat_posts where place is not null',
  );
  return (rows[0] as { n: number }).n;
}

const isTaken = ({ outcome }: MemoryRequest) => outcome === 'done' || outcome === 'lost';
const stateOf = ({ text }: MemoryRequest) => Number(text.split('@')[1]);
const messageOf = ({ key }: MemoryRequest) => key.replace(/:end$/, '');

/** What holds however it went. */
function checkAlways({ said, requests, crashes, crashedAt }: Run): void {
  for (const where of channels) {
    const here = requests.filter((one) => one.channel === where);
    // Each message comes, and first in the order in which they were said.
    const firsts = [...new Set(here.filter(isTaken).map(messageOf))];
    expect(firsts).toEqual(said.filter(({ posted }) => posted.channel === where).map(({ key }) => key));
    // Whoever was asked to wait did, unless it died before that was kept.
    for (const [index, one] of here.entries()) {
      const next = here[index + 1];
      if (one.outcome !== 'limited' || next === undefined) continue;
      if (!crashedAt.some((at) => one.at <= at && at <= next.at))
        expect(next.at - one.at).toBeGreaterThanOrEqual(limitMs);
    }
  }
  for (const { key } of said) {
    const taken = requests.filter((one) => messageOf(one) === key && isTaken(one));
    const states = taken.map(stateOf);
    expect(states, `${key} never goes back`).toEqual([...states].sort((a, b) => a - b));
    // The same is said twice only where an answer was lost, or whoever heard it died.
    const lost = taken.filter(({ outcome }) => outcome === 'lost').length;
    const repeats =
      taken.length - new Set(taken.map(({ kind, key: k, text }) => `${kind} ${k} ${text}`)).size;
    expect(repeats, `${key} is repeated`).toBeLessThanOrEqual(lost + crashes);
  }
}

describe('the outbox, with limits, outages, lost answers and crashes', () => {
  it('says every message in its order, and in the end its last state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
        const run = await play(steps, memoryPlatform({ edit: true, maxLength: 4_000 }));
        checkAlways(run);
        for (const { key, finished } of run.said) {
          const last = run.requests.filter((one) => one.key === key && isTaken(one)).at(-1);
          expect(last?.text).toBe(`${key}@${finished.length - 1}`);
          const posts = run.requests.filter((one) => one.key === key && one.kind === 'post' && isTaken(one));
          const lost = posts.filter(({ outcome }) => outcome === 'lost').length;
          expect(posts.length).toBeLessThanOrEqual(1 + lost + run.crashes);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('says the first and the last state where nothing can be edited', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
        const run = await play(steps, memoryPlatform({ edit: false, maxLength: 400 }));
        checkAlways(run);
        expect(run.requests.filter(({ kind }) => kind === 'edit')).toEqual([]);
        for (const { key, finished } of run.said) {
          const taken = run.requests.filter((one) => messageOf(one) === key && isTaken(one));
          const shown = [...new Set(taken.map(stateOf))];
          // What the platform took without our hearing of it is said anew, by then perhaps in a newer state.
          const unheard = taken.filter(({ outcome }) => outcome === 'lost').length + run.crashes;
          expect(shown.length).toBeLessThanOrEqual(2 + unheard);
          const isOver = shown.some((state) => finished[state]);
          // Once a finished state was said, it is over; else one is still to come.
          expect(isOver || finished.at(-1) !== true).toBe(true);
          if (shown.length === 2 && unheard === 0) expect(finished[shown[0] ?? 0]).toBe(false);
        }
      }),
      { numRuns: 5 },
    );
  });
});
