import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../../core/json.js';
import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { TargetContext } from '../../../core/target.js';
import type { Ground } from '../directory/ground.js';
import { makeInPlace } from '../directory/temporary.js';
import type { PackOnDisk } from './declared.js';
import { followExecution } from './executions.js';
import { makeNotes, type Station, virtualenvPath } from './ground.js';
import { findMarked, startMarked } from './marked.js';
import { readVersion } from './pack.js';

const schema = z.object({
  /** Of what it is made, or being made. */
  key: z.string(),
  state: z.enum(['building', 'ready']),
  /** What the execution carries that makes it, and the execution itself once it is known. */
  mark: z.string().optional(),
  execution: z.string().optional(),
  /** The release that had it made. */
  release: z.string(),
});

type Note = z.output<typeof schema>;

const action = 'packs.setup_virtualenv';

/** A pack as it lies at its place, for a release or after going back from it. */
export interface Need {
  readonly pack: string;
  readonly release: string;
  readonly onDisk: PackOnDisk;
}

/**
 * Sets a pack's virtualenv up if it is not the one that the pack's files ask for. A repeat after a crash waits for the
 * execution that was begun.
 * @param goesBack whether only one that another release has touched is to be made anew
 */
export async function setUpVirtualenv(
  station: Station,
  { pack, release, onDisk }: Need,
  { context, goesBack }: { readonly context: TargetContext; readonly goesBack: boolean },
): Promise<Result<void>> {
  const { virtualenvs } = station.settings;
  if (virtualenvs === 'never' || onDisk.python === undefined) return ok(undefined);
  const key = await keyOf(station, onDisk.python);
  if (!key.ok) return key;
  const note = await readNote(station.ground, pack);
  const isIt = note?.key === key.value && note.state === 'ready';
  const isNew = virtualenvs === 'always' && !goesBack && note?.release !== release;
  // Without a note we never touched it, so what was there before is there still.
  if ((isIt && !isNew) || (goesBack && note === undefined)) return ok(undefined);
  const job = { pack, release, key: key.value };
  const isUnderWay = note?.state === 'building' && note.key === key.value && note.release === release;
  const known = isUnderWay ? await underWay(station, note) : ok(undefined);
  if (!known.ok) return known;
  const begun = known.value === undefined ? await begin(station, job, note) : ok(known.value);
  if (!begun.ok) return begun;
  return await finish(station, { ...job, execution: begun.value }, context);
}

async function keyOf({ api }: Station, python: string): Promise<Result<string>> {
  // With another version of the server, its Python may be another.
  const version = await readVersion(api, 'core');
  if (!version.ok) return version;
  return ok(
    createHash('sha256')
      .update(JSON.stringify([python, version.value]))
      .digest('hex'),
  );
}

interface Job {
  readonly pack: string;
  readonly release: string;
  readonly key: string;
}

// Two at a time would write into one folder.
async function underWay(station: Station, { execution, mark }: Note): Promise<Result<string | undefined>> {
  if (execution !== undefined || mark === undefined) return ok(execution);
  return await findMarked(station, { action, mark });
}

async function begin(station: Station, job: Job, before: Note | undefined): Promise<Result<string>> {
  const { pack, release, key } = job;
  const mark = `packtrain virtualenv ${pack} ${release} ${randomUUID()}`;
  const note = { key, release, state: 'building', mark } as const;
  // Noted before: from here on it may be half made.
  await writeNote(station.ground, pack, note);
  // What we know nothing of is only brought up to date; what was made of other requirements is made from nothing.
  const parameters = { packs: [pack], update: before === undefined };
  const started = await startMarked(station, { action, parameters, mark });
  if (!started.ok) return started;
  await writeNote(station.ground, pack, { ...note, execution: started.value });
  return started;
}

async function finish(
  station: Station,
  { execution, pack, release, key }: Job & { readonly execution: string },
  context: TargetContext,
): Promise<Result<void>> {
  const { ground, settings } = station;
  const ended = await followExecution(
    station,
    { id: execution, action, limitMs: settings.virtualenvMs },
    context,
  );
  if (!ended.ok) {
    // Else it would go on beside the one that the way back may need.
    if (ended.refusal.code === 'st2-late') await station.api.call('DELETE', `/executions/${execution}`);
    return ended;
  }
  if (!ended.value.succeeded) {
    await writeNote(ground, pack, { key, release, state: 'building' });
    const detail = telling(ended.value.lines) ?? `it ended ${ended.value.status}`;
    return refused(refuse('st2-virtualenv', { target: ground.target, pack, execution, detail }));
  }
  await writeNote(ground, pack, { key, release, state: 'ready' });
  return ok(undefined);
}

/** The line that says most about a failure: the last error that pip tells. */
function telling(lines: readonly string[]): string | undefined {
  return (lines.findLast((line) => /ERROR:/.test(line)) ?? lines.at(-1))?.trim().slice(0, 300);
}

async function readNote(ground: Ground, pack: string): Promise<Note | undefined> {
  const text = await ground.files.readText(virtualenvPath(ground, pack));
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
}

async function writeNote(ground: Ground, pack: string, note: Note): Promise<void> {
  await makeNotes(ground, pack);
  const place = virtualenvPath(ground, pack);
  await makeInPlace(ground, pack, place, (temporary) =>
    ground.files.writeDurably(temporary, JSON.stringify(note)),
  );
}
