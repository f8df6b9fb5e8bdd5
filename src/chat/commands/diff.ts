import { sentence } from '../../core/reason.js';
import type { Answer } from '../answer.js';
import { renderDiff } from '../render/diff.js';
import type { Asking, QueryCommand, Values } from './command.js';
import { deployFormats, deployParams, readDeploy } from './deploy-words.js';

/** `pack diff`: what deploying would change. */
export const diffCommand: QueryCommand = {
  kind: 'query',
  name: 'diff',
  words: 'pack diff',
  formats: deployFormats('pack diff'),
  params: deployParams,
  help: 'shows what deploying would change, and changes nothing',
  example: 'pack diff house-packs beans feature/decaf',
  answer,
};

async function answer(values: Values, asking: Asking): Promise<Answer> {
  const intent = await readDeploy(values, asking);
  if (!intent.ok) return { text: sentence(intent.refusal), refusal: intent.refusal };
  const diff = await asking.deployments.diff(intent.value);
  if (!diff.ok) return { text: sentence(diff.refusal), refusal: diff.refusal };
  const { plan } = diff.value;
  const packs = [
    ...plan.packs.map((one) => one.pack),
    ...plan.unchanged,
    ...plan.refused.map((one) => one.pack),
  ];
  const { repository, target, revision } = plan;
  const permitted = asking.permit({ repository, packs, branch: revision.ref, target });
  if (!permitted.ok) return { text: sentence(permitted.refusal), refusal: permitted.refusal };
  return { text: renderDiff(plan), data: plan };
}
