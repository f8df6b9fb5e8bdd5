import { z } from 'zod';
import type { LookedAt } from '../../../core/push.js';
import { refuse } from '../../../core/reason.js';
import { ok, refused } from '../../../core/result.js';
import { showRefusal } from '../answers.js';
import { type Route, route } from '../route.js';
import { shownRefusal } from '../schemas/basics.js';
import { push } from '../schemas/deployments.js';
import { live } from '../schemas/packs.js';
import { plan } from '../schemas/plan.js';
import { limit, word } from '../schemas/requests.js';
import { wire } from '../schemas/wire.js';
import { dataOf, reading } from '../viewer.js';

const group = 'Repositories';

const params = z.object({ repository: word.describe('Its name in the configuration.') });

const listed = z
  .object({ repository: z.string(), live: z.array(live).describe('What is live of it.') })
  .meta({ id: 'Repository', description: 'A configured repository.' });

const lookedAt = wire<LookedAt>()(
  z
    .object({
      repository: z.string().describe('Its name in the configuration.'),
      outcome: z
        .enum(['noted', 'not-automatic'])
        .describe('`not-automatic`: this branch is not deployed by itself.'),
    })
    .meta({ id: 'LookedAt', description: 'What came of telling of a push.' }),
);

/** What there is to tell of repositories. */
export const repositoryRoutes: readonly Route[] = [
  reading(
    {
      path: '/repositories',
      id: 'listRepositories',
      group,
      summary: 'The repositories, with what is live of each',
      command: 'list',
      refusals: ['denied'],
      answer: { json: z.object({ repositories: z.array(listed) }) },
    },
    async ({ viewer }) => await dataOf(viewer.ask('list', {})),
  ),
  reading(
    {
      path: '/repositories/{repository}',
      id: 'getRepository',
      group,
      summary: 'One repository: what is live of it, and what is different on its default branch',
      more: 'Where the remote can’t be asked, there is a `refusal` in place of the `plan`.',
      command: 'list',
      refusals: ['denied'],
      params,
      answer: {
        json: z.object({
          ...listed.shape,
          plan: plan.optional().describe('What deploying all its packs would do.'),
          refusal: shownRefusal.optional(),
        }),
      },
    },
    async ({ viewer, params: { repository } }) => {
      const answer = await viewer.ask('list', { repo_name: repository });
      if (!answer.ok) return answer;
      const { data, refusal } = answer.value;
      const told = z.looseObject({}).parse(data);
      return ok(refusal === undefined ? told : { ...told, refusal: showRefusal(refusal) });
    },
  ),
  reading(
    {
      path: '/repositories/{repository}/diff',
      id: 'diff',
      group,
      summary: 'What deploying would change',
      command: 'diff',
      refusals: ['denied', 'invalid', 'busy', 'outage'],
      params,
      query: {
        packs: z
          .string()
          .max(20_000)
          .optional()
          .describe('Names with commas between them, or `*`; those that differ unless given.'),
        ref: word
          .optional()
          .describe('A branch, tag or SHA; the branch that is deployed by itself unless given.'),
      },
      answer: { json: plan },
    },
    async ({ viewer, params: { repository }, query: { packs, ref } }) => {
      const answer = await viewer.ask('diff', { repo_name: repository, packs, branch: ref });
      if (!answer.ok) return answer;
      const told = z.looseObject({ repository: z.string() }).parse(answer.value.data);
      if (told.repository.toLowerCase() === repository.toLowerCase()) return ok(told);
      // In a chat, the name of a pack may stand in place of its repository. Here it is none.
      const asked = await viewer.ask('clone', { repo_name: repository });
      return asked.ok ? ok(told) : asked;
    },
  ),
  reading(
    {
      path: '/repositories/{repository}/clone',
      id: 'getCloneUrl',
      group,
      summary: 'The address to clone a repository from, without anything secret',
      command: 'clone',
      refusals: ['denied'],
      params,
      answer: { json: z.object({ repository: z.string(), url: z.string() }) },
    },
    async ({ viewer, params: { repository } }) =>
      await dataOf(viewer.ask('clone', { repo_name: repository })),
  ),
  reading(
    {
      path: '/pushes',
      id: 'listPushes',
      group,
      summary: 'Pushes that were seen, newest first, with what came of them',
      query: { repository: word.exactOptional(), limit: limit.default(20) },
      answer: { json: z.object({ pushes: z.array(push) }) },
    },
    async ({ viewer, query: { as: _, ...asked } }, deps) => {
      const all = (await deps.pushes?.(asked)) ?? [];
      const seen = all.filter(({ repository, branch, parts }) =>
        viewer.sees('history', {
          repository,
          branch,
          packs: parts.flatMap((part) => [...part.packs, ...part.removes]),
        }),
      );
      return ok({ pushes: seen });
    },
  ),
  route(
    {
      method: 'post',
      path: '/pushes',
      id: 'tellOfPush',
      group,
      summary: 'Has a branch looked at, as a webhook does: what was pushed to it goes live by itself',
      refusals: ['denied', 'missing'],
      body: z.strictObject({ repository: word, branch: word }),
      examples: { 'a push': { repository: 'groceries', branch: 'main' } },
      answer: { json: lookedAt },
    },
    async ({ body, caller }, { lookAt }) => {
      if (caller.kind === 'key' && caller.key.may === 'read')
        return refused(refuse('key-only-reads', { key: caller.key.name }));
      return (await lookAt?.(body)) ?? refused(refuse('no-such-address', {}));
    },
  ),
];
