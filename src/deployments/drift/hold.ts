import type { DriftedFile, LookedFiles } from '../../core/drift.js';
import type { LiveRevision } from '../../core/plan.js';
import { type Refusal, refuse } from '../../core/reason.js';
import { ok, type Result } from '../../core/result.js';
import { type DriftTools, filesDrifted } from './look.js';

/** What a plan has to say of files that somebody changed on the target. */
export interface Hold {
  /** Somebody's work is there that would be overwritten. */
  readonly refusal?: Refusal;
  readonly warnings: readonly string[];
}

/** What is about to be planned for one pack. */
export interface ToHold {
  readonly target: string;
  readonly pack: string;
  readonly from: LiveRevision | undefined;
  /** How its files look, where that is known already. */
  readonly looked: LookedFiles | undefined;
  /** The words that ask for the same and overwrite. */
  readonly command: string;
  /** Whether somebody said so. */
  readonly overwrite: boolean;
}

const listed = 5;
const nothing: Hold = { warnings: [] };

/** Looks whether a pack may be replaced: nobody's edits are overwritten without a word. */
export async function holdOf(tools: DriftTools, todo: ToHold): Promise<Result<Hold>> {
  const target = tools.deps.targetNamed(todo.target);
  if (todo.from === undefined || target === undefined) return ok(nothing);
  const { pack, from: live, looked } = todo;
  const files = await filesDrifted(tools, { target, pack, live, looked });
  if (!files.ok) return files;
  if (files.value.length === 0) return ok(nothing);
  const work = files.value.filter(({ how }) => how !== 'lost');
  const lost = files.value.filter(({ how }) => how === 'lost');
  const warnings = [
    ...(lost.length === 0 ? [] : [`${named(lost)} had been lost on ${todo.target}`]),
    ...(work.length === 0 || !todo.overwrite
      ? []
      : [`${named(work)} had been edited on ${todo.target}; a copy is kept there, see the log`]),
  ];
  if (work.length === 0 || todo.overwrite) return ok({ warnings });
  return ok({ warnings, refusal: refuse('drifted', { ...shortened(files.value), ...about(todo) }) });
}

function about({ target, pack, command }: ToHold) {
  return { target, pack, command };
}

/** The first of many files, and how many more there are. */
export function shortened(files: readonly DriftedFile[]): { files: readonly DriftedFile[]; more: number } {
  const first = files.slice(0, listed);
  return { files: first, more: files.length - first.length };
}

function named(files: readonly DriftedFile[]): string {
  const { files: first, more } = shortened(files);
  return `${first.map(({ path }) => path).join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}
