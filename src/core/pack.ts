/** A pack's `ref` (or `name`) from its pack.yaml: lower-case letters, digits and underscores. */
export type PackRef = string;

const packRefPattern = /^[a-z0-9_]+$/;

/** Whether a text can be a pack's ref. */
export function isPackRef(text: string): text is PackRef {
  return packRefPattern.test(text);
}

/** One file of a pack as Git lists it; the mode is Git's, six octal digits (`100644`, `100755`, `120000`). */
export interface PackFile {
  readonly mode: string;
}

/**
 * A pack's files at one revision. Paths are relative to the pack's root, with `/`, without `./`.
 * Every path is listed; text is there for those that `filesToRead` names.
 */
export interface PackFiles {
  readonly paths: ReadonlyMap<string, PackFile>;
  /** The file's text (UTF-8), or undefined when it is not there. */
  text(path: string): string | undefined;
}

/** An error keeps a pack from being deployed; a warning is shown. */
export type ProblemSeverity = 'error' | 'warning';

/** Every way in which a pack can be wrong; closed, so that it can be counted and documented. */
export type PackProblemCode =
  // the files as such
  | 'pack-yaml-missing'
  | 'yaml-broken'
  | 'duplicate-key'
  | 'merge-key'
  | 'not-a-mapping'
  | 'not-loaded'
  // pack.yaml
  | 'bad-ref'
  | 'bad-version'
  | 'folder-differs'
  | 'python-version'
  | 'stackstorm-version'
  // any content file
  | 'missing-field'
  | 'bad-field'
  | 'unknown-field'
  | 'duplicate-name'
  | 'pack-differs'
  // one content type
  | 'unknown-runner'
  | 'entry-point-missing'
  | 'workflow-missing'
  | 'unknown-trigger'
  | 'unknown-action';

/** Something that is wrong with a pack, and where. */
export interface PackProblem {
  readonly severity: ProblemSeverity;
  readonly code: PackProblemCode;
  /** Relative to the pack's root. */
  readonly file: string;
  /** 1-based; absent when it is about the file as a whole. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** One or two sentences: what is the matter and what to do. */
  readonly message: string;
}
