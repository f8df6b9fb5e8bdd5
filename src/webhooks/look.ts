import { setImmediate as othersTurn } from 'node:timers/promises';
import { errorMessage } from '../core/error-message.js';
import { explain } from '../core/reason.js';
import type { KeptDelivery, LookedAt } from '../store/deliveries.js';
import { type Judgement, judge } from './judge.js';
import type { WebhookParts } from './parts.js';
import { passOn } from './pass-on.js';

/** After so many failures, a delivery is given up. */
const mostAttempts = 10;
const inOneGo = 25;

/** Reads kept deliveries, and passes on what they say, together for each repository. */
export async function lookAt(
  parts: WebhookParts,
  deliveries: readonly KeptDelivery[],
): Promise<readonly LookedAt[]> {
  const judged: { delivery: KeptDelivery; judgement: Judgement }[] = [];
  for (const [at, delivery] of deliveries.entries()) {
    // Between them others have their turn, such as who waits to be answered.
    if (at % inOneGo === inOneGo - 1) await othersTurn();
    judged.push({ delivery, judgement: read(parts, delivery) });
  }
  const failures = await passOn(
    judged.flatMap(({ judgement }) => judgement.messages),
    parts,
  );
  for (const [repository, error] of failures)
    parts.log.warn({ err: error, repository }, 'what a host told could not be passed on');
  return judged.map(({ delivery, judgement }) => whatCame(delivery, judgement, failures));
}

function read(parts: WebhookParts, delivery: KeptDelivery): Judgement {
  const config = parts.config();
  const host = config.hosts.get(delivery.host);
  const driver = parts.hostNamed(delivery.host);
  if (host === undefined || driver === undefined)
    return nothing({ kind: 'nothing', what: `${delivery.host} is no longer configured` });
  const news = driver.read({ headers: delivery.headers, body: Buffer.from(delivery.body) });
  if (!news.ok) return nothing({ kind: 'unreadable', what: explain(news.refusal).what });
  return judge(config, host, news.value);
}

function nothing(outcome: Judgement['outcome']): Judgement {
  return { repositories: [], messages: [], outcome };
}

function whatCame(
  { id, attempts }: KeptDelivery,
  { repositories, messages, outcome }: Judgement,
  failures: ReadonlyMap<string, unknown>,
): LookedAt {
  const failed = messages.length === 0 ? undefined : repositories.find((name) => failures.has(name));
  if (failed === undefined) return { id, repositories, outcome, attempts };
  const tried = { id, repositories, attempts: attempts + 1 };
  if (tried.attempts < mostAttempts) return tried;
  const what = `${outcome.what}; it could not be passed on: ${errorMessage(failures.get(failed))}`;
  return { ...tried, outcome: { kind: 'broken', what } };
}
