import type { AddCommand } from '../add-command.js';
import { chatPiped } from '../chat/piped.js';
import { chatAtTerminal } from '../chat/terminal.js';
import { withServer } from '../request.js';
import type { Session } from '../session.js';

const examples = `
Examples:
  packtrain chat --as ann --channel ops
  echo '!pack deploy house-packs beans' | packtrain chat        ends when that deployment has ended`;

/** `packtrain chat`: joins a room of the running server. */
export const chatCommand: AddCommand = (program, run) => {
  program
    .command('chat')
    .description(
      'join a room of the running server; lines come from standard input where that is no terminal',
    )
    .option('--channel <name>', 'the room; the first of the config unless named')
    .addHelpText('after', examples)
    .action((flags: { channel?: string }, command) =>
      run(command, (session) => chat(session, flags.channel)),
    );
};

async function chat(session: Session, channel: string | undefined): Promise<number> {
  return withServer(session, async (client) => {
    const rooms = await client.rooms();
    if (!rooms.ok) return session.fail(rooms.failure);
    const room = channel?.replace(/^#/, '') ?? rooms.value[0] ?? 'general';
    const { stdin, stdout } = session.context;
    const isTerminal = stdin.isTTY === true && stdout.isTTY === true && !session.options.json;
    return isTerminal ? chatAtTerminal(session, { client, room }) : chatPiped(session, { client, room });
  });
}
