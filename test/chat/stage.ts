import { createDispatcher, type Dispatcher } from '../../src/chat/dispatch.js';
import type { Config } from '../../src/config/config.js';
import type { Actor } from '../../src/core/actor.js';
import type { IncomingMessage } from '../../src/core/chat.js';
import { createRedactor } from '../../src/core/redact.js';
import { ann, configOf, type FakeChat, fakeChat, now, said, url } from './fixture.js';
import { type MemoryDeployments, memoryDeployments } from './memory-deployments.js';

/** A dispatcher with the deployments and chats that it works with. */
export interface Stage {
  readonly dispatcher: Dispatcher;
  readonly deployments: MemoryDeployments;
  readonly web: FakeChat;
  readonly elsewhere: FakeChat;
  readonly errors: { readonly fields: object; readonly message: string }[];
  /** Says a line in the room and gives what the bot posted there because of it. */
  say(text: string, more?: Partial<IncomingMessage>): Promise<readonly string[]>;
  /** Asks over the API, as the command line does. */
  ask(line: string, actor?: Actor): ReturnType<Dispatcher['runLine']>;
}

export function stage(
  config: Config = configOf(),
  more: { readonly mention?: (actor: Actor) => string } = {},
): Stage {
  const deployments = memoryDeployments(() => config);
  const web = fakeChat('web');
  const elsewhere = fakeChat('elsewhere');
  const errors: Stage['errors'] = [];
  const quiet = () => undefined;
  const dispatcher = createDispatcher({
    config: () => config,
    deployments,
    createLoginLink: async ({ name }) => `http://bot/login?token=${name}-token`,
    adapters: new Map([web, elsewhere].map((chat) => [chat.platform, chat])),
    redactor: createRedactor(['hunter2hunter2']),
    log: {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: (fields, message) => errors.push({ fields, message }),
    },
    clock: { now: () => now },
    url,
    ...more,
  });
  let keys = 0;
  return {
    dispatcher,
    deployments,
    web,
    elsewhere,
    errors,
    async say(text, more) {
      const before = web.posted.length;
      await dispatcher.handle(said(text, more));
      return web.posted.slice(before).map((one) => one.text);
    },
    ask: (line, actor = ann) => dispatcher.runLine(line, { actor, via: 'cli', key: `k${keys++}` }),
  };
}
