import type { AddCommand } from '../add-command.js';
import type { ShownBacklog } from '../contract.js';
import { withServer } from '../request.js';
import type { Session } from '../session.js';
import type { Style } from '../style.js';

/** `packtrain chats`: what the chats of others have not taken yet, and what they never will. */
export const chatsCommand: AddCommand = (program, run) => {
  program
    .command('chats')
    .description('what the chats of others have not been told yet, and why')
    .action((_flags: object, command) => run(command, list));
};

async function list(session: Session): Promise<number> {
  return withServer(session, async (client) => {
    const answer = await client.chats();
    if (!answer.ok) return session.fail(answer.failure);
    if (session.options.json) session.json(answer.value);
    else for (const line of backlogLines(answer.value, session.style)) session.print(line);
    return 0;
  });
}

/** The backlog in lines: each chat, what waits for it, and what was given up. */
export function backlogLines(
  { platforms, delayed, undeliverable }: ShownBacklog,
  style: Style,
): readonly string[] {
  const quiet = platforms
    .filter((platform) => delayed.every((one) => one.platform !== platform))
    .map((platform) => `✓ ${style.bold(platform)}: nothing waits`);
  const waiting = delayed.map(({ platform, channel, waiting: number, since, problem, nextTryAt }) => {
    const messages = `${number} ${number === 1 ? 'message waits' : 'messages wait'} since ${clock(since)}`;
    const why = problem === undefined ? '' : `: ${problem}`;
    const next = nextTryAt === undefined ? '' : `; tried again at ${clock(nextTryAt)}`;
    return `… ${style.bold(platform)} ${channel}: ${messages}${why}${next}`;
  });
  const lost = undeliverable.map(
    ({ platform, channel, key, at, problem }) =>
      `✗ ${style.bold(platform)} ${channel}: ${key} was given up at ${clock(at)}: ${problem}`,
  );
  const all = [...quiet, ...waiting, ...lost];
  return all.length === 0 ? ['No chat of others is configured.'] : all;
}

function clock(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')}Z`;
}
