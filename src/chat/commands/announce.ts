import type { RewordIntent, SkipIntent } from '../../core/intent.js';
import { packName } from '../../core/pack-names.js';
import { ok, type Result } from '../../core/result.js';
import type { Answer } from '../answer.js';
import { renderPreview } from '../render/announcement.js';
import { refusal } from './about.js';
import type { Asking, IntentCommand, QueryCommand, Values } from './command.js';

/** `pack announce preview`: the news of a pack as they would go out. */
export const previewCommand: QueryCommand = {
  kind: 'query',
  name: 'preview',
  words: 'pack announce preview',
  formats: [
    {
      display: 'pack announce preview {{pack}} {{branch=default}}',
      representation: [
        'pack announce preview {{pack}}',
        'pack announce preview {{pack}} branch {{branch}}',
        'pack announce preview {{pack}} of {{repo_name}}',
        'pack announce preview {{pack}} of {{repo_name}} branch {{branch}}',
        'pack announce preview {{pack}} {{branch}}',
      ],
    },
  ],
  params: [
    { name: 'pack', label: 'the pack', isRequired: true },
    { name: 'repo_name', label: 'the repository', keyword: 'of' },
    { name: 'branch', label: 'the branch', keyword: 'branch' },
  ],
  help: 'shows the news of a pack as they would be announced',
  example: 'pack announce preview beans',
  answer: preview,
};

async function preview(
  { pack: written = '', repo_name: repository, branch }: Values,
  asking: Asking,
): Promise<Answer> {
  const pack = packName(written);
  const about = { packs: [pack], ...(repository === undefined ? {} : { repository }) };
  const permitted = asking.permit(about);
  if (!permitted.ok) return refusal(permitted.refusal);
  const ref = branch === undefined ? {} : { ref: branch };
  const news = await asking.deployments.news({
    pack,
    ...ref,
    ...(repository === undefined ? {} : { repository }),
  });
  if (!news.ok) return refusal(news.refusal);
  const still = asking.permit({ packs: news.value.packs, repository: news.value.repository });
  if (!still.ok) return refusal(still.refusal);
  return { text: renderPreview(pack, news.value, asking), data: news.value };
}

/** `pack announce reword`: says the news of a pack in other words before they go out. */
export const rewordCommand: IntentCommand = {
  kind: 'intent',
  name: 'reword',
  words: 'pack announce reword',
  formats: [
    {
      display: 'pack announce reword {{pack}}: {{words}}',
      representation: ['pack announce reword {{pack}}: {{words}}', 'pack announce reword {{pack}} {{words}}'],
    },
  ],
  params: [
    { name: 'pack', label: 'the pack', isRequired: true },
    { name: 'words', label: 'what is to be said', isRequired: true, isText: true, isVerbatim: true },
  ],
  help: 'says the news of a pack in your words before they go out',
  example: 'pack announce reword beans: There is tea now, too',
  intent: async ({ pack = '', words = '' }): Promise<Result<RewordIntent>> =>
    ok({ kind: 'reword', pack, words }),
};

/** `pack announce skip`: leaves a pack out of the news. */
export const skipCommand: IntentCommand = {
  kind: 'intent',
  name: 'skip',
  words: 'pack announce skip',
  formats: [{ display: 'pack announce skip {{pack}}', representation: ['pack announce skip {{pack}}'] }],
  params: [{ name: 'pack', label: 'the pack', isRequired: true }],
  help: 'leaves a pack out of the news that are about to go out',
  example: 'pack announce skip beans',
  intent: async ({ pack = '' }): Promise<Result<SkipIntent>> => ok({ kind: 'skip', pack }),
};
