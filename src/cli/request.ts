import type { Intent } from '../core/intent.js';
import type { Client } from './client.js';
import type { CommandAnswer } from './contract.js';
import type { Outcome } from './outcome.js';
import { type Session, showAnswer } from './session.js';
import { watchDeployment } from './watch.js';

/** What to ask for: as a line of chat without its prefix, or as an intent. */
export type Asked = { readonly line: string } | { readonly intent: Intent };

/** Asks for a deployment and, if wanted, shows it until it has ended; gives the exit code. */
export async function requestDeployment(session: Session, asked: Asked, wait: boolean): Promise<number> {
  return withServer(session, async (client) => {
    const answer = await ask(session, client, asked);
    if (!answer.ok) return session.fail(answer.failure);
    const code = showAnswer(session, answer.value);
    const { deployment, refusal } = answer.value;
    if (refusal !== undefined || deployment === undefined || !wait) return code;
    return watchDeployment(session, client, deployment);
  });
}

/** Asks what a chat line asks and prints the answer; gives the exit code. */
export async function askLine(session: Session, line: string): Promise<number> {
  return askAndShow(session, { line });
}

/** Asks for something that is no deployment and prints the answer; gives the exit code. */
export async function askIntent(session: Session, intent: Intent): Promise<number> {
  return askAndShow(session, { intent });
}

/** Does something with the running server, or says that none runs; gives the exit code. */
export async function withServer(
  session: Session,
  work: (client: Client) => Promise<number>,
): Promise<number> {
  const client = await session.connect();
  return client.ok ? work(client.value) : session.fail(client.failure);
}

function askAndShow(session: Session, asked: Asked): Promise<number> {
  return withServer(session, async (client) => {
    const answer = await ask(session, client, asked);
    return answer.ok ? showAnswer(session, answer.value) : session.fail(answer.failure);
  });
}

function ask(session: Session, client: Client, asked: Asked): Promise<Outcome<CommandAnswer>> {
  return client.command({ ...asked, as: session.options.as, key: session.context.newKey() });
}
