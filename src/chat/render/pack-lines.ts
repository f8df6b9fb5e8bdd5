import type { Deployment, PackOutcome, PackStatus, StepName } from '../../core/deployment.js';
import { isEnd } from '../../core/deployment.js';
import type { PackPlan } from '../../core/plan.js';
import { summarizeDiff } from '../../packs/summarize.js';
import { bold, bullets, clip, code, link } from './markdown.js';
import { refusalLine } from './refusal.js';

/** Beyond so many packs the page has the rest. */
export const packsListed = 6;

/** What becomes of each pack that changes, a bullet each; those that need a look first. */
export function packLines(deployment: Deployment, url: string): readonly string[] {
  const changing = deployment.packs.filter((one) => one.status !== 'unchanged');
  if (changing.length === 0) return [];
  const isOpen = !isEnd(deployment.status);
  const widest = changing.length <= 2 ? 420 : 270;
  const isAlone = changing.length === 1;
  const lines = inOrder(changing).map((outcome) => {
    const plan = deployment.plan?.packs.find((one) => one.pack === outcome.pack);
    const line = isAlone && !isOpen ? aloneLine(outcome, plan) : packLine(outcome, plan, isOpen);
    return line === undefined ? undefined : clip(line, widest);
  });
  const said = lines.filter((line) => line !== undefined);
  return said.length === 0 ? [] : [bullets(said, packsListed, link('all of them', url))];
}

/** What is said of a deployment's only pack once it has ended: the headline has its name and its end. */
function aloneLine({ status }: PackOutcome, plan: PackPlan | undefined): string | undefined {
  return plan !== undefined && status === 'live'
    ? `${summarizeDiff(plan.diff)}${canaryWords(status, plan)}`
    : undefined;
}

/** A pack is only live when its canary did what it must. */
function canaryWords(status: PackStatus, plan: PackPlan | undefined): string {
  return plan?.canary === undefined || status !== 'live'
    ? ''
    : `; canary ${code(plan.canary.action)} is green`;
}

function packLine(outcome: PackOutcome, plan: PackPlan | undefined, isOpen: boolean): string {
  const { pack, status, step, refusal } = outcome;
  const head = `${marks[status]} ${bold(pack)}`;
  if (refusal !== undefined && status !== 'skipped') {
    const why = refusalLine(refusal, 400);
    const isSaid = status === 'failed' && why.startsWith(bold(pack));
    return isSaid ? `${marks[status]} ${why}` : `${head} ${endWords[status]}: ${why}`;
  }
  if (status === 'running' && isOpen && step !== undefined)
    return `${head} ${stepWords[step]}${changes(plan, ': ')}`;
  if (status === 'live' || (isOpen && status !== 'removed'))
    return `${head}${changes(plan, ': ')}${canaryWords(status, plan)}`;
  return `${head} ${endWords[status]}`;
}

function changes(plan: PackPlan | undefined, before: string): string {
  return plan === undefined ? '' : `${before}${summarizeDiff(plan.diff)}`;
}

const marks: Readonly<Record<PackStatus, string>> = {
  pending: '·',
  running: '▸',
  live: '✓',
  removed: '✓',
  unchanged: '=',
  failed: '✗',
  restored: '↩',
  skipped: '–',
};

const stepWords: Readonly<Record<StepName, string>> = {
  plan: 'is being planned',
  turn: 'waits for its turn',
  stage: 'is being copied',
  activate: 'goes live',
  register: 'is being registered',
  verify: 'is being verified',
  canary: 'is being tried out',
  remove: 'is being removed',
  restore: 'is being put back',
};

const endWords: Readonly<Record<PackStatus, string>> = {
  pending: 'was not begun',
  running: 'was left half-way',
  live: 'is live',
  removed: 'is removed',
  unchanged: 'was live already',
  failed: 'failed',
  restored: 'failed, and the release before is live again',
  skipped: 'was left as it was',
};

const weights: Readonly<Record<PackStatus, number>> = {
  failed: 0,
  restored: 0,
  running: 1,
  skipped: 2,
  live: 3,
  removed: 3,
  pending: 4,
  unchanged: 5,
};

function inOrder(packs: readonly PackOutcome[]): readonly PackOutcome[] {
  return [...packs].sort((a, b) => weights[a.status] - weights[b.status]);
}

const warningsListed = 2;

/** What is odd about the packs. */
export function warningLines({ plan }: Deployment): readonly string[] {
  const all = plan?.packs.flatMap(({ pack, warnings }) => warnings.map((text) => ({ pack, text }))) ?? [];
  const shown = all.slice(0, all.length <= warningsListed + 1 ? all.length : warningsListed);
  const lines = shown.map(({ pack, text }) => clip(`⚠️ ${bold(pack)}: ${text}`, 180));
  const rest = all.length - shown.length;
  return rest === 0 ? lines : [...lines, `⚠️ …and ${rest} more warnings`];
}
