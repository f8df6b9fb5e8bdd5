import type { Config } from './config.js';
import type { Problem } from './problem.js';

/** A config, or everything that is wrong with it. */
export type Loaded =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a check of a sound config found: where it stands, as keys and indices from the root, and a sentence. */
export interface ConfigFinding {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Looks at a config for what only others can judge, such as the formats of commands. */
export type ConfigCheck = (config: Config) => readonly ConfigFinding[];

/** The config in force, which follows its file. */
export interface ConfigSource {
  /** The newest config that was sound. */
  current(): Config;
  /** Reads the file again. A broken one is refused with its problems, and the old one stays in force. */
  reload(): Promise<Loaded>;
  /** Calls back with each new config. Returns what ends it. */
  onChange(callback: (config: Config, before: Config) => void): () => void;
  /** Calls back with the problems of each file that was refused. Returns what ends it. */
  onProblems(callback: (problems: readonly Problem[]) => void): () => void;
  /** Stops watching. */
  close(): void;
}
