import { type Drift, type DriftedFile, driftCommand, isWork } from '../../core/drift.js';
import type { DriftNotice } from '../../core/notice.js';
import { bold, clip, code, oneLine } from './markdown.js';
import { revision } from './names.js';

const listed = 8;

/** What was done to a live pack on its target: that files were edited, or that something else is there. */
export function driftShort(drift: Drift): string {
  if (drift.kind === 'gone') return 'it is gone from its place';
  if (drift.kind === 'replaced') return `${oneLine(drift.found)} is in its place`;
  const { files } = drift;
  return files.length === 1 ? '1 file was changed there' : `${files.length} files were changed there`;
}

/** The same with each file. */
export function driftLong(drift: Drift): string {
  if (drift.kind !== 'files') return driftShort(drift);
  return `files were changed there: ${filesOf(drift.files)}`;
}

/** The files in which something differs. */
export function differingWords(files: readonly DriftedFile[]): string {
  return filesOf(files);
}

function filesOf(files: readonly DriftedFile[]): string {
  const shown = files.slice(0, listed).map(({ path, how }) => `${code(clip(oneLine(path), 80))} ${how}`);
  const more = files.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** The notice: nobody is called, for whoever did it is not known. */
export function driftWords(notice: DriftNotice): string {
  const { pack, target, drift, revision: at } = notice;
  const what = `${bold(pack)} on ${bold(target)} is not ${revision(at)} any more: ${driftLong(drift)}.`;
  const held = 'Nothing is deployed over it by itself.';
  const command = code(driftCommand(drift, notice));
  const next = !isWork(drift)
    ? `${command} puts it there again.`
    : `${held} Bring it into Git, or put it back; for admins, ${command} takes its place and keeps a copy on the target.`;
  return `${what}\n${next}`;
}
