import { join } from 'node:path';
import { z } from 'zod';
import { type Canary, canaryDifferences } from '../../../core/canary.js';
import { parseJson } from '../../../core/json.js';
import { refuse } from '../../../core/reason.js';
import { ok, type Result, refused } from '../../../core/result.js';
import type { Release, TargetContext } from '../../../core/target.js';
import { makeInPlace } from '../directory/temporary.js';
import { readFolder } from './declared.js';
import { type Ended, followExecution } from './executions.js';
import { makeNotes, notesOf, type Station, virtualenvPath } from './ground.js';
import { findMarked, startMarked } from './marked.js';
import { setUpVirtualenv } from './virtualenv.js';

const noteSchema = z.object({ release: z.string(), mark: z.string(), execution: z.string().optional() });

type Note = z.output<typeof noteSchema>;

/**
 * Runs a release's canary and compares what came of it. The execution's id is kept, so a repeat after a crash waits for the
 * one that was begun; one whose id could not be kept any more is found by the mark in its context. One that fails for want
 * of the pack's virtualenv, which somebody may have removed, has it made and runs once more.
 */
export async function tryOut(
  station: Station,
  release: Release,
  canary: Canary,
  context: TargetContext,
): Promise<Result<void>> {
  const first = await runOnce(station, release, canary, context);
  if (!first.ok) return first;
  const { log } = context;
  if (!lacksVirtualenv(station, release, first.value))
    return await judge(station, release, { canary, ended: first.value, log });
  await log(`${release.pack} has no virtualenv any more; it is made anew`);
  const made = await makeVirtualenv(station, release, context);
  if (!made.ok) return made;
  await station.ground.files.unlink(notePath(station, release.pack));
  const second = await runOnce(station, release, canary, context);
  return second.ok ? await judge(station, release, { canary, ended: second.value, log }) : second;
}

async function runOnce(
  station: Station,
  release: Release,
  canary: Canary,
  context: TargetContext,
): Promise<Result<Ended>> {
  const { action, withinMs: limitMs } = canary;
  const about = { target: station.ground.target, pack: release.pack, action };
  const execution = await begun(station, release, canary);
  if (!execution.ok) {
    if (execution.refusal.code !== 'st2-refused') return execution;
    return refused(refuse('canary-refused', { ...about, detail: execution.refusal.params.detail }));
  }
  const id = execution.value;
  const ended = await followExecution(station, { id, action, limitMs }, context);
  if (ended.ok || ended.refusal.code !== 'st2-late') return ended;
  // It must not go on with files that are about to be switched back.
  await station.api.call('DELETE', `/executions/${id}`);
  return refused(refuse('canary-late', { ...about, execution: id, withinMs: limitMs }));
}

function lacksVirtualenv({ settings }: Station, { pack }: Release, { succeeded, lines }: Ended): boolean {
  if (succeeded || settings.virtualenvs === 'never') return false;
  const text = lines.join('\n');
  return /The virtual environment \(.*\) for pack "(\w+)" does not exist/.exec(text)?.[1] === pack;
}

async function makeVirtualenv(
  station: Station,
  { pack, id }: Release,
  context: TargetContext,
): Promise<Result<void>> {
  const { files, layout } = station.ground;
  await files.unlink(virtualenvPath(station.ground, pack));
  const onDisk = await readFolder(files, layout.release(pack, id));
  return await setUpVirtualenv(station, { pack, release: id, onDisk }, { context, goesBack: false });
}

/** What came of a canary. */
interface Outcome extends Pick<TargetContext, 'log'> {
  readonly canary: Canary;
  readonly ended: Ended;
}

async function judge(
  { ground: { target } }: Station,
  { pack }: Release,
  { canary, ended, log }: Outcome,
): Promise<Result<void>> {
  const { action } = canary;
  const { id: execution } = ended;
  const differences = canaryDifferences(canary, ended);
  await log(`${action} ${execution}: ${differences.length === 0 ? 'as expected' : differences.join('; ')}`);
  if (differences.length === 0) return ok(undefined);
  const red = {
    target,
    pack,
    action,
    execution,
    differences: differences.slice(0, 5),
    last: lastWord(ended),
  };
  return refused(refuse('canary-red', red));
}

const longestWord = 200;

function lastWord({ lines }: Ended): string {
  const line = lines.at(-1)?.trim() ?? '';
  return line.length > longestWord ? `${line.slice(0, longestWord - 1)}…` : line;
}

/** The execution: the one that was begun for this release, else a new one. */
async function begun(
  station: Station,
  release: Release,
  { action, parameters }: Canary,
): Promise<Result<string>> {
  const { pack, id: own } = release;
  const note = await readNote(station, pack);
  if (note?.release === own) {
    const found =
      note.execution === undefined
        ? await findMarked(station, { action, mark: note.mark })
        : ok(note.execution);
    if (!found.ok) return found;
    if (found.value !== undefined) return ok(found.value);
  }
  const mark = `packtrain ${pack} ${own}`;
  // Noted before: whatever began from here on carries the mark.
  await writeNote(station, pack, { release: own, mark });
  const started = await startMarked(station, { action, parameters, mark });
  if (started.ok) await writeNote(station, pack, { release: own, mark, execution: started.value });
  return started;
}

function notePath({ ground }: Station, pack: string): string {
  return join(notesOf(ground, pack), 'canary');
}

async function readNote(station: Station, pack: string): Promise<Note | undefined> {
  const text = await station.ground.files.readText(notePath(station, pack));
  return text === undefined ? undefined : noteSchema.safeParse(parseJson(text)).data;
}

async function writeNote(station: Station, pack: string, note: Note): Promise<void> {
  const { ground } = station;
  await makeNotes(ground, pack);
  await makeInPlace(ground, pack, notePath(station, pack), (temporary) =>
    ground.files.writeDurably(temporary, JSON.stringify(note)),
  );
}
