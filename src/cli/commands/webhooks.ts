import { refuse } from '../../core/reason.js';
import type { AddCommand } from '../add-command.js';
import { countLines, deliveryLine } from '../delivery-line.js';
import { withServer } from '../request.js';
import type { Session } from '../session.js';
import { showDelivery } from '../show-delivery.js';

/** `packtrain webhooks`: what Git hosts sent, and what came of it; `webhooks replay` has one looked at again. */
export const webhooksCommand: AddCommand = (program, run) => {
  const webhooks = program
    .command('webhooks')
    .description('what Git hosts sent, newest first, and what came of it')
    .option('-n, --limit <n>', 'how many', '20')
    .action((flags: { limit: string }, command) => run(command, (session) => list(session, flags.limit)));
  webhooks
    .command('replay')
    .description('look at a delivery again')
    .argument('<number>', 'its number, as `packtrain webhooks` shows it')
    .action((word: string, _flags: object, command) => run(command, (session) => replay(session, word)));
};

async function list(session: Session, word: string): Promise<number> {
  const limit = /^\d{1,3}$/.test(word) ? Number(word) : 0;
  if (limit < 1 || limit > 500)
    return session.refuse(
      refuse('bad-words', { what: 'It lists 1 to 500.', usage: 'packtrain webhooks -n 20' }),
    );
  return withServer(session, async (client) => {
    const answer = await client.deliveries(limit);
    if (!answer.ok) return session.fail(answer.failure);
    if (session.options.json) session.json(answer.value);
    else for (const line of linesOf(session, answer.value)) session.print(line);
    return 0;
  });
}

function linesOf({ style }: Session, shown: Parameters<typeof countLines>[0]): readonly string[] {
  const { deliveries } = shown;
  const lines = deliveries.map((delivery) => deliveryLine(delivery, style));
  return [...(lines.length === 0 ? ['No host has sent anything yet.'] : lines), ...countLines(shown)];
}

async function replay(session: Session, word: string): Promise<number> {
  if (!/^\d{1,15}$/.test(word)) return session.refuse(refuse('no-delivery', { id: word.slice(0, 20) }));
  return withServer(session, async (client) => showDelivery(session, await client.replay(Number(word))));
}
