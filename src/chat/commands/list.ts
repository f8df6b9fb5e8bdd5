import type { Plan } from '../../core/plan.js';
import type { Repository } from '../../core/repository.js';
import { repositoryNamed } from '../../deployments/lookup.js';
import type { LiveView } from '../../deployments/service.js';
import type { Answer } from '../answer.js';
import { renderRepositories, renderRepository, renderUnreachable } from '../render/list.js';
import { refusal } from './about.js';
import type { Asking, QueryCommand, Values } from './command.js';
import { holdsFor } from './holds.js';

/** `pack list`: the repositories, or the packs of one. */
export const listCommand: QueryCommand = {
  kind: 'query',
  name: 'list',
  words: 'pack list',
  formats: [
    { display: 'pack list {{repo_name=all}}', representation: ['pack list {{repo_name}}', 'pack list'] },
  ],
  params: [{ name: 'repo_name', label: 'the repository' }],
  help: 'lists the repositories, or the packs of one',
  example: 'pack list house-packs',
  answer: ({ repo_name: name }, asking) => (name === undefined ? listAll(asking) : listOne(name, asking)),
};

async function listAll(asking: Asking): Promise<Answer> {
  const live = await asking.deployments.live();
  const repositories = [...asking.config.repositories.values()].filter(
    ({ name }) => asking.permit({ repository: name }).ok,
  );
  const listed = repositories.map((repository) => ({ repository, live: liveOf(repository, live, asking) }));
  const data = listed.map(({ repository, live: packs }) => ({ repository: repository.name, live: packs }));
  const holds = { ...(await holdsFor(asking)), context: asking };
  return { text: renderRepositories(listed, holds), data: { repositories: data } };
}

async function listOne(name: NonNullable<Values['repo_name']>, asking: Asking): Promise<Answer> {
  const repository = repositoryNamed(asking.config, name);
  if (!repository.ok) return refusal(repository.refusal);
  const exact = repository.value.name;
  const permitted = asking.permit({ repository: exact });
  if (!permitted.ok) return refusal(permitted.refusal);
  const live = liveOf(repository.value, await asking.deployments.live(), asking);
  const diff = await asking.deployments.diff({ kind: 'deploy', repository: exact, packs: { kind: 'all' } });
  if (!diff.ok) {
    const text = renderUnreachable(exact, live, diff.refusal);
    return { text, data: { repository: exact, live }, refusal: diff.refusal };
  }
  const plan = visible(diff.value.plan, asking);
  const holds = await holdsFor(asking);
  const text = renderRepository(exact, plan, live, { ...holds, context: asking });
  return { text, data: { repository: exact, live, plan } };
}

function liveOf(repository: Repository, live: readonly LiveView[], asking: Asking): readonly LiveView[] {
  return live.filter(
    (one) => one.live.repository === repository.name && maySee(asking, repository.name, one.pack),
  );
}

function visible(plan: Plan, asking: Asking): Plan {
  const isShown = (pack: string) => maySee(asking, plan.repository, pack);
  return {
    ...plan,
    packs: plan.packs.filter(({ pack }) => isShown(pack)),
    refused: plan.refused.filter(({ pack }) => isShown(pack)),
    unchanged: plan.unchanged.filter(isShown),
  };
}

function maySee(asking: Asking, repository: string, pack: string): boolean {
  return asking.permit({ repository, packs: [pack] }).ok;
}
