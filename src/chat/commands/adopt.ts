import type { Adoptable } from '../../core/adoptable.js';
import type { DeployIntent } from '../../core/intent.js';
import { nearest } from '../../core/near.js';
import { packName } from '../../core/pack-names.js';
import { refuse } from '../../core/reason.js';
import { formatRevision } from '../../core/repository.js';
import { ok, type Result, refused } from '../../core/result.js';
import { renderAdoptable } from '../render/adoptable.js';
import { refusal } from './about.js';
import type { Asking, IntentCommand, QueryCommand, Values } from './command.js';
import { selectionOf } from './deploy-words.js';

/** `pack adoptable`: the packs on the targets that Packtrain did not put there. */
export const adoptableCommand: QueryCommand = {
  kind: 'query',
  name: 'adoptable',
  words: 'pack adoptable',
  formats: [{ display: 'pack adoptable', representation: ['pack adoptable'] }],
  params: [],
  help: 'lists the packs on the servers that Packtrain did not put there, and which commits they are',
  example: 'pack adoptable',
  async answer(_, asking) {
    const found = await asking.deployments.adoptable();
    if (!found.ok) return refusal(found.refusal);
    const shown = found.value.filter((one) => maySee(one, asking));
    return { text: renderAdoptable(shown), data: { packs: shown } };
  },
};

function maySee({ target, pack, match, nearest: near }: Adoptable, asking: Asking): boolean {
  const repository = match?.repository ?? near?.repository;
  return asking.permit({ target, packs: [pack], ...(repository === undefined ? {} : { repository }) }).ok;
}

/** `pack adopt`: takes packs over that somebody else put on a server, just as they are. */
export const adoptCommand: IntentCommand = {
  kind: 'intent',
  name: 'adopt',
  words: 'pack adopt',
  formats: [{ display: 'pack adopt {{packs}}', representation: ['pack adopt {{packs}}'] }],
  params: [{ name: 'packs', label: 'the packs', isRequired: true }],
  help: 'takes packs over that others put on a server, if they are exactly a commit; for admins',
  example: 'pack adopt beans',
  intent,
};

async function intent({ packs = '' }: Values, asking: Asking): Promise<Result<DeployIntent>> {
  const all = await asking.deployments.adoptable();
  if (!all.ok) return all;
  const selection = selectionOf(packs);
  const names = selection.kind === 'named' ? selection.packs.map(packName) : [];
  const wanted = all.value.filter((one) =>
    selection.kind === 'named' ? names.includes(one.pack) : one.match !== undefined,
  );
  const unknown = names.find((name) => !wanted.some(({ pack }) => pack === name));
  if (unknown !== undefined || wanted.length === 0) {
    const pack = unknown ?? 'pack';
    return refused(
      refuse('nothing-to-adopt', {
        pack,
        near: nearest(
          pack,
          all.value.map((one) => one.pack),
        ),
      }),
    );
  }
  const unmatched = wanted.find(({ match }) => match === undefined);
  return unmatched === undefined ? takeOver(wanted) : refused(noMatch(unmatched));
}

const listed = 5;

function noMatch({ pack, nearest: near }: Adoptable) {
  const files = near?.differs ?? [];
  return refuse('adopt-no-match', {
    pack,
    nearest: near === undefined ? '' : `${near.repository} at ${formatRevision(near.revision)}`,
    files: files.slice(0, listed),
    more: Math.max(0, files.length - listed),
  });
}

/** A deployment of exactly the commit that they are. */
function takeOver(wanted: readonly Adoptable[]): Result<DeployIntent> {
  const groups = new Map<string, Adoptable[]>();
  for (const one of wanted) {
    const key = JSON.stringify([one.match?.repository, one.match?.revision.sha]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const lines = [...groups.values()].map((group) => `pack adopt ${group.map(({ pack }) => pack).join(',')}`);
  const match = wanted[0]?.match;
  if (groups.size !== 1 || match === undefined) return refused(refuse('adopt-one-by-one', { lines }));
  const { ref, sha: at } = match.revision;
  const packs = { kind: 'named', packs: wanted.map(({ pack }) => pack) } as const;
  return ok({ kind: 'deploy', repository: match.repository, packs, ref, at, adopt: true, asFound: true });
}
