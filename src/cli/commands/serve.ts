import { existsSync } from 'node:fs';
import { createQuickstart } from '../../quickstart/quickstart.js';
import type { AddCommand } from '../add-command.js';
import { quickstartFolder } from '../config-in-use.js';
import type { Session } from '../session.js';

/** `packtrain serve`: what `npm start` runs. Without a config it makes a workspace to try things in. */
export const serveCommand: AddCommand = (program, run) => {
  program
    .command('serve')
    .description('start Packtrain; without a packtrain.yaml, with a workspace to try it in')
    .action((_flags: object, command) => run(command, serve));
};

async function serve(session: Session): Promise<number> {
  const { context, options } = session;
  // Who names a config wants that one: a slip in its name must not start something else.
  if (options.configGiven || existsSync(options.config)) return context.parts.serve(options);
  const quickstart = await createQuickstart({
    dir: quickstartFolder(session),
    clock: context.clock,
    env: context.env,
  });
  if (!quickstart.ok) return session.refuse(quickstart.refusal);
  return context.parts.serve({
    ...options,
    config: quickstart.value.config,
    greeting: quickstart.value.greeting,
  });
}
