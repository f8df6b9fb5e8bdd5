import type { Plan } from '../../core/plan.js';
import { describeDiff } from '../../packs/describe.js';
import { summarizeDiff } from '../../packs/summarize.js';
import { bold, bullets, clip, code } from './markdown.js';
import { packNames, revision } from './names.js';
import { planWarningLines } from './plan-warnings.js';
import { packRefusal, refusalLine, refusalText } from './refusal.js';

/** Beyond so many packs each gets a line only. */
const inFull = 3;
const listedMost = 20;
const warningsListed = 5;

/** What deploying would change, pack by pack. */
export function renderDiff(plan: Plan): string {
  const { packs, refused, unchanged } = plan;
  const from = `${bold(plan.repository)} at ${revision(plan.revision)}`;
  if (packs.length === 0 && refused.length === 0)
    return `Deploying ${from} would change nothing: ${packNames(unchanged) || 'every pack'} ${unchanged.length === 1 ? 'is' : 'are'} live as it is there.`;
  const names = packs.length === 0 ? 'nothing' : packNames(packs.map((one) => one.pack));
  const parts = [
    `Deploying ${from} would change ${names}:`,
    changes(plan),
    canaries(plan),
    refusals(plan),
    ...planWarningLines(plan, warningsListed),
    warnings(plan),
  ];
  if (unchanged.length > 0) parts.push(`Live as it is there already: ${packNames(unchanged)}.`);
  return parts.filter((part) => part !== '').join('\n');
}

function changes({ packs }: Plan): string {
  if (packs.length > inFull)
    return bullets(
      packs.map(({ pack, diff }) => clip(`${bold(pack)}: ${summarizeDiff(diff)}`, 300)),
      listedMost,
    );
  const maxLines = packs.length === 1 ? 25 : 10;
  return packs
    .map(({ diff }) =>
      describeDiff(diff, { maxLines })
        .map((line) => clip(line, 400))
        .join('\n'),
    )
    .join('\n');
}

function canaries({ packs }: Plan): string {
  const lines = packs.flatMap(({ pack, canary }) =>
    canary === undefined
      ? []
      : [clip(`🐤 ${bold(pack)}: ${code(canary.action)} is run once it is live`, 240)],
  );
  return lines.slice(0, 5).join('\n');
}

function refusals({ refused }: Plan): string {
  const [only] = refused;
  if (only !== undefined && refused.length === 1)
    return `✗ ${packRefusal(only.pack, refusalText(only.refusal))}`;
  return bullets(
    refused.map(({ pack, refusal }) => `✗ ${packRefusal(pack, refusalLine(refusal, 240))}`),
    5,
  );
}

function warnings({ packs }: Plan): string {
  const all = packs.flatMap(({ pack, warnings }) =>
    warnings.map((text) => clip(`⚠️ ${bold(pack)}: ${text}`, 240)),
  );
  const shown = all.slice(0, 5);
  return [
    ...shown,
    ...(all.length > shown.length ? [`⚠️ …and ${all.length - shown.length} more warnings`] : []),
  ].join('\n');
}
