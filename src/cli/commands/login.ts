import type { AddCommand } from '../add-command.js';
import { withServer } from '../request.js';

/** `packtrain login`: a link that signs in to the web pages once. */
export const loginCommand: AddCommand = (program, run) => {
  program
    .command('login')
    .description('print a link that signs you in to the web pages, good once')
    .action((_flags: object, command) =>
      run(command, (session) =>
        withServer(session, async (client) => {
          const url = await client.loginLink(session.options.as);
          if (!url.ok) return session.fail(url.failure);
          if (session.options.json) session.json({ url: url.value });
          else session.print(url.value);
          return 0;
        }),
      ),
    );
};
