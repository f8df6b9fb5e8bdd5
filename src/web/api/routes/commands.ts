import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from '../../../chat/answer.js';
import { keyPlatform } from '../../../core/api-key.js';
import { commands } from '../../../core/commands.js';
import { accountName } from '../../../core/identity.js';
import type { WhoView } from '../../../core/linking.js';
import { ok } from '../../../core/result.js';
import type { LineContext } from '../../deps.js';
import { showAnswer } from '../answers.js';
import { type ApiDeps, type Route, route } from '../route.js';
import { actor, shownRefusal } from '../schemas/basics.js';
import type { intent } from '../schemas/intents.js';
import { commandBody, word } from '../schemas/requests.js';
import { json, number, texts, time, wire } from '../schemas/wire.js';
import { type Speaker, speakerOf } from '../speaker.js';
import { dataOf, reading } from '../viewer.js';

const group = 'Commands';

const answer = z
  .object({
    text: z.string().describe('Chat Markdown.'),
    data: json
      .optional()
      .describe('The same as data, where there is some: that of the route which tells the same.'),
    deployment: number.optional().describe('The deployment that it began or speaks of.'),
    refusal: shownRefusal.optional(),
  })
  .meta({ id: 'Answer', description: 'What a command answers; it may be refused.' });

const command = z
  .object({
    name: z.string(),
    formats: texts.describe('How it is said.'),
    help: z.string(),
    example: z.string(),
    changes: z.boolean().describe('Whether it changes something.'),
  })
  .meta({ id: 'CommandHelp', description: 'A command of the chat.' });

const whoView = wire<WhoView>()(
  z
    .object({
      actor,
      name: z.string().exactOptional().describe('The person’s name, where it is known.'),
      accounts: z.array(
        z.object({
          platform: z.string(),
          userId: z.string(),
          since: time.exactOptional().describe('Since when it is joined; absent for those of the config.'),
        }),
      ),
      contradicts: texts
        .exactOptional()
        .describe('By the config, the joined accounts are of these people, so they count as several.'),
    })
    .meta({ id: 'Who', description: 'Who somebody is, with all their accounts.' }),
);

const deployBeans: z.input<typeof intent> = {
  kind: 'deploy',
  repository: 'groceries',
  packs: { kind: 'named', packs: ['beans'] },
  ref: 'feature/decaf',
};

/** Running commands, and what there are. */
export const commandRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/commands',
      id: 'runCommand',
      group,
      summary: 'Runs a line as a chat does, or carries out an intent',
      more: 'A command that is refused is answered with 200 and its `refusal`, as in a chat.',
      refusals: ['denied'],
      body: commandBody,
      examples: {
        'a line': { line: 'pack deploy groceries beans', as: 'ann' },
        'an intent': { intent: deployBeans, key: 'build-4711' },
        'packs to be taken over': { intent: { kind: 'adopt', packs: ['beans'] } },
      },
      answer: {
        json: answer,
        example: {
          text: 'groceries has no branch, tag or commit mian. Did you mean main?',
          refusal: {
            code: 'unknown-ref',
            what: 'groceries has no branch, tag or commit mian.',
            next: 'Did you mean main?',
            exitCode: 3,
          },
        },
      },
    },
    async ({ body, caller }, deps) => {
      const speaker = speakerOf(caller, body, deps.access?.().people ?? []);
      if (!speaker.ok) return speaker;
      return ok(showAnswer(await run(deps, body, contextOf(speaker.value, body.key))));
    },
  ),
  reading(
    {
      path: '/commands',
      id: 'listCommands',
      group,
      summary: 'The commands that the asker may use',
      command: 'help',
      answer: { json: z.object({ commands: z.array(command) }) },
    },
    async ({ viewer }) => {
      const help = await viewer.ask('help', {});
      if (!help.ok) return help;
      const data = z.object({ commands: z.array(toldCommand) }).parse(help.value.data);
      return ok({ commands: data.commands.map(withKind) });
    },
  ),
  reading(
    {
      path: '/commands/{command}',
      id: 'getCommand',
      group,
      summary: 'One command',
      refusals: ['denied'],
      params: z.object({ command: word.describe('Its name, such as `deploy`.') }),
      answer: { json: command },
    },
    async ({ viewer, params }) => {
      const help = await viewer.ask('help', params);
      return help.ok ? ok(withKind(toldCommand.parse(help.value.data))) : help;
    },
  ),
  route(
    {
      method: 'get',
      path: '/key',
      id: 'getKey',
      group,
      summary: 'Whose key was shown, and what may be done with it',
      answer: {
        json: z.object({
          kind: z.enum(['local', 'key']).describe('`local`: the key of the data directory.'),
          actor: actor.optional().describe('The account of the key.'),
          may: z.enum(['read', 'change']),
          actsFor: z.union([z.literal('everybody'), texts]),
        }),
      },
    },
    async ({ caller }) => {
      if (caller.kind === 'local') return ok({ kind: 'local', may: 'change', actsFor: 'everybody' });
      const { name, may, actsFor } = caller.key;
      return ok({ kind: 'key', actor: { platform: keyPlatform, userId: name, name }, may, actsFor });
    },
  ),
  reading(
    {
      path: '/whoami',
      id: 'whoAmI',
      group,
      summary: 'Who the asker is, and which accounts are theirs',
      command: 'whoami',
      refusals: ['denied'],
      answer: { json: whoView },
    },
    async ({ viewer }) => await dataOf(viewer.ask('whoami', {})),
  ),
];

const toldCommand = z.object({ name: z.string(), formats: texts, help: z.string(), example: z.string() });

function withKind(told: z.output<typeof toldCommand>): object {
  const kinds: Readonly<Record<string, string>> = commands;
  return { ...told, changes: kinds[told.name] === 'changes' };
}

async function run(
  deps: ApiDeps,
  { line, intent }: z.output<typeof commandBody>,
  context: LineContext,
): Promise<Answer> {
  if (intent === undefined) return await deps.runLine(line ?? '', context);
  if (intent.kind !== 'adopt') return await deps.runIntent(intent, context);
  return await deps.runCommand('adopt', { packs: intent.packs.join(',') }, context);
}

function contextOf(speaker: Speaker, key: string = randomUUID()): LineContext {
  const { actor, byKey } = speaker;
  // A key is its sender's own: two people may use the same, and so may two programs for one person.
  const sender = byKey === undefined ? '' : `${keyPlatform}:${byKey.name}/`;
  return { ...speaker, key: `${sender}${accountName(actor)}:${key}` };
}
