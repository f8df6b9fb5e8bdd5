import { aboutDeployment } from '../../core/about.js';
import { nearest } from '../../core/near.js';
import { refuse } from '../../core/reason.js';
import type { Answer } from '../answer.js';
import { renderHistory } from '../render/history.js';
import { refusal } from './about.js';
import type { Asking, QueryCommand, Values } from './command.js';

/** `pack history`: past deployments. */
export const historyCommand: QueryCommand = {
  kind: 'query',
  name: 'history',
  words: 'pack history',
  formats: [
    { display: 'pack history {{pack=all}}', representation: ['pack history {{pack}}', 'pack history'] },
  ],
  params: [{ name: 'pack', label: 'the pack' }],
  help: 'tells who deployed what and when, how long it took and how it ended; of one pack also how long each was live',
  example: 'pack history beans',
  answer,
};

const shown = 10;
/** More than are shown, since some may be hidden from the asker. */
const looked = 50;

async function answer({ pack }: Values, asking: Asking): Promise<Answer> {
  const permitted = asking.permit(pack === undefined ? {} : { packs: [pack] });
  if (!permitted.ok) return refusal(permitted.refusal);
  const filter = pack === undefined ? { limit: looked } : { pack, limit: looked };
  const all = await asking.deployments.list(filter);
  const deployments = all.filter((one) => asking.permit(aboutDeployment(one)).ok).slice(0, shown);
  if (pack !== undefined && deployments.length === 0) {
    const near = await similar(pack, asking);
    if (near.length > 0) return refusal(refuse('pack-not-live', { pack, near }));
  }
  const life = pack === undefined ? undefined : await asking.deployments.life(pack);
  const about = pack === undefined ? undefined : { pack, life };
  return { text: renderHistory(deployments, asking, about), data: { deployments, ...life } };
}

async function similar(pack: string, { deployments, permit }: Asking): Promise<string[]> {
  const live = await deployments.live();
  const seen = live.filter((one) => permit({ repository: one.live.repository, packs: [one.pack] }).ok);
  return nearest(pack, new Set(seen.map((one) => one.pack)));
}
