import type { AddCommand } from '../add-command.js';
import type { Session } from '../session.js';

/** `packtrain openapi`: the OpenAPI document of the HTTP API. */
export const openApiCommand: AddCommand = (program, run) => {
  program
    .command('openapi')
    .description('print the OpenAPI document of the HTTP API')
    .action((_flags: object, command) => run(command, print));
};

async function print(session: Session): Promise<number> {
  // Loaded here, for every other command would wait for it.
  const { openApi } = await import('../../web/api/routes.js');
  if (session.options.json) session.json(openApi());
  else session.print(JSON.stringify(openApi(), null, 2));
  return 0;
}
