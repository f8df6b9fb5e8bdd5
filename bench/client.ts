import { randomUUID } from 'node:crypto';
import { EventSourceParserStream } from 'eventsource-parser/stream';

/** How to reach a server's HTTP API. */
export interface Address {
  readonly url: string;
  readonly key: string;
}

/** One event of a stream. */
export interface Told {
  readonly event?: string | undefined;
  readonly data: string;
}

/** How a deployment ended. */
export interface Ended {
  readonly deployment: number;
  readonly status: string;
  /** When the last of its packs had gone live, in milliseconds since 1970: where the work by hand ends. */
  readonly liveAt: number;
}

/** Which packs to deploy: these, or those that are not live as they are in the repository. */
export type Wanted = readonly string[] | 'differing';

/** The repository's name in the bench's config. */
export const repositoryName = 'Kitchen';

/** Asks for a deployment. @returns its number. */
export async function ask(address: Address, wanted: Wanted): Promise<number> {
  const packs = wanted === 'differing' ? { kind: 'differing' } : { kind: 'named', packs: wanted };
  const intent = { kind: 'deploy', repository: repositoryName, packs };
  const answer = await call(address, '/api/v1/commands', { intent, as: 'ann', key: randomUUID() });
  const { deployment, text } = (await answer.json()) as { deployment?: number; text: string };
  if (deployment === undefined) throw new Error(`not accepted: ${text}`);
  return deployment;
}

/** Waits until a deployment has ended. */
export async function ended(address: Address, deployment: number): Promise<Ended> {
  const events = await listen(address, `/api/v1/deployments/${deployment}/events`);
  let liveAt = 0;
  for await (const { data } of events) {
    const { at, event } = JSON.parse(data) as { at: string; event: Record<string, string> };
    if (event.step === 'activate' && event.state === 'done') liveAt = Date.parse(at);
    if (event.kind === 'ended') return { deployment, status: event.status ?? '', liveAt };
  }
  throw new Error(`#${deployment}: the stream ended before the deployment`);
}

/** Deploys, and waits until it has ended. @returns after how many milliseconds it was live. */
export async function deploy(address: Address, wanted: Wanted): Promise<number> {
  const begun = Date.now();
  const { deployment, status, liveAt } = await ended(address, await ask(address, wanted));
  if (status !== 'succeeded') throw new Error(`#${deployment} ${status}`);
  return liveAt - begun;
}

/** Joins a stream of the API: what happens from the moment that this settles is in it. */
export async function listen(
  address: Address,
  path: string,
  signal?: AbortSignal,
): Promise<AsyncIterable<Told>> {
  const headers = { authorization: `Bearer ${address.key}` };
  const answer = await fetch(address.url + path, { headers, ...(signal === undefined ? {} : { signal }) });
  if (!answer.ok || answer.body === null) throw new Error(`${path}: ${answer.status}`);
  return answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
}

/** Sends JSON to the API. */
export async function call(address: Address, path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${address.key}`, 'content-type': 'application/json' };
  const answer = await fetch(address.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Reads JSON from the API. */
export async function get<T>(address: Address, path: string): Promise<T> {
  const answer = await fetch(address.url + path, { headers: { authorization: `Bearer ${address.key}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}
