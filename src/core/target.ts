import type { Canary } from './canary.js';
import type { LookedFiles } from './drift.js';
import type { LiveRevision } from './plan.js';
import type { Result } from './result.js';

/** One revision of one pack, as a target keeps it. */
export interface Release {
  /** The release's name, unique for a pack on a target; a deployment's steps always use the same one. */
  readonly id: string;
  readonly pack: string;
  readonly deployment: number;
  readonly source: LiveRevision;
}

/** What is at a pack's place on a target. `foreign`: something that Packtrain did not put there. */
export type LivePack =
  | { readonly state: 'absent' }
  | { readonly state: 'managed'; readonly release: Release }
  | { readonly state: 'foreign'; readonly description: string };

/** Writes a pack's files into an empty folder. */
export type FillFolder = (folder: string) => Promise<Result<void>>;

/** A pack that Packtrain did not put on a target. */
export interface FoundPack {
  readonly pack: string;
  /** What it is there: `a folder`. */
  readonly what: string;
  /** Its version, where something has it registered. */
  readonly version?: string;
  /** The ids that Git gives the contents of its files, by path; without what running it leaves. */
  readonly files: ReadonlyMap<string, string>;
}

/** How a release is made live. */
export interface Activation {
  readonly release: Release;
  /** The id of the release that must be live now, so that nothing newer is overwritten; undefined: nothing of ours. */
  readonly expected: string | undefined;
  /** Take the place of something foreign, which is kept. */
  readonly adopt: boolean;
  /** What is adopted is the release, to the letter: whatever loads packs need not do it again. */
  readonly asFound?: boolean;
  /** Keep what somebody has edited of what is live now, and tell where. */
  readonly keepEdits?: boolean;
  /** It goes back to what was live before: what people have enabled or disabled since then goes back with it. */
  readonly goesBack?: boolean;
}

/** What a target is told about the deployment that it works for. */
export interface TargetContext {
  /** Shows a line on the deployment's page; resolves once it is kept. */
  log(line: string): Promise<void>;
  /** Who wants it stopped before it changes anything; undefined when nobody does. */
  canceledBy?(): Promise<string | undefined>;
}

/** One thing that is wrong with a target, for `doctor`. */
export interface TargetProblem {
  readonly what: string;
  readonly next: string;
}

/**
 * Where packs go live. Every method may be called again after a crash with the same arguments and then completes or
 * confirms what was begun. Each is its own step of the workflow.
 */
export interface Target {
  readonly name: string;
  /** What is wrong with the target now; empty when all is well. */
  check(): Promise<readonly TargetProblem[]>;
  /** What is live at a pack's place. */
  live(pack: string): Promise<Result<LivePack>>;
  /** The managed packs and what is live of each. */
  list(): Promise<Result<readonly Release[]>>;
  /** The packs that somebody else put there; all, or one. */
  found(pack?: string): Promise<Result<readonly FoundPack[]>>;
  /**
   * Whether the files of what is live look as they did when they were put there. Cheap: only those are read that don't.
   */
  files(pack: string): Promise<Result<LookedFiles>>;
  /**
   * The names of a pack's aliases that somebody has disabled there, whatever their files say; absent where nothing can be
   * disabled.
   */
  disabledAliases?(pack: string): Promise<Result<ReadonlySet<string>>>;
  /** Puts a release's files on the target without making them live. `bytes` is about what they take. */
  stage(release: Release, fill: FillFolder, bytes: number): Promise<Result<void>>;
  /** Makes a staged release live: at every instant the pack's place holds the old or the new, complete. */
  activate(activation: Activation, context?: TargetContext): Promise<Result<void>>;
  /** Makes whatever loads packs load this release; absent where nothing has to. */
  register?(release: Release, context?: TargetContext): Promise<Result<void>>;
  /** Proves that the release is live and complete. */
  verify(release: Release, context?: TargetContext): Promise<Result<void>>;
  /**
   * Runs what the pack has to prove itself with; absent where nothing can be run. A repeat after a crash goes on with what
   * was begun, where that can be found.
   */
  tryOut?(release: Release, canary: Canary, context?: TargetContext): Promise<Result<void>>;
  /** Undoes an activation: makes `previous` live again, or nothing when there was none. */
  restore(release: Release, previous: string | undefined, context?: TargetContext): Promise<Result<void>>;
  /** Takes a live release away for good; absent where that is no other than to restore to nothing. */
  remove?(release: Release, context?: TargetContext): Promise<Result<void>>;
  /** Removes releases beyond the newest `keep`, never the live one. */
  prune(pack: string, keep: number): Promise<void>;
}
