import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Config } from './config.js';
import { readText } from './load.js';
import { parseConfig } from './parse.js';
import type { Problem } from './problem.js';
import type { ConfigCheck, ConfigSource, Loaded } from './source.js';

/** How closely a file is followed, in milliseconds. */
export interface WatchOptions {
  /** After the folder reports a change, how long writers get to finish; 100 unless given. */
  readonly settleMs?: number;
  /** How often the file is looked at, for folders that report nothing; 2000 unless given. */
  readonly pollMs?: number;
  /** Looks at each config; what it finds is refused like any other problem. */
  readonly check?: ConfigCheck;
}

/** A config that follows its file, or everything that is wrong with it at the start. */
export type Opened =
  | { readonly ok: true; readonly source: ConfigSource }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Loads a config file and follows it until `close`. */
export async function openConfig(file: string, options: WatchOptions = {}): Promise<Opened> {
  const first = await read(file, options.check);
  if (!first.loaded.ok) return { ok: false, problems: first.loaded.problems };
  return { ok: true, source: new FileConfig(file, first.loaded.config, { text: first.text, ...options }) };
}

interface Read {
  /** What stood in the file; for one that can't be read, why. */
  readonly text: string;
  readonly loaded: Loaded;
  readonly isReadable: boolean;
}

async function read(file: string, check: ConfigCheck | undefined): Promise<Read> {
  const result = await readText(file);
  if ('text' in result) {
    const loaded = parseConfig(result.text, { path: resolve(file), shown: file }, check);
    return { text: result.text, loaded, isReadable: true };
  }
  const { problem } = result;
  return { text: problem, loaded: { ok: false, problems: [{ file, text: problem }] }, isReadable: false };
}

class FileConfig implements ConfigSource {
  readonly #file: string;
  readonly #settleMs: number;
  readonly #check: ConfigCheck | undefined;
  readonly #changed = new Set<(config: Config, before: Config) => void>();
  readonly #refused = new Set<(problems: readonly Problem[]) => void>();
  readonly #watcher: FSWatcher | undefined;
  readonly #poll: NodeJS.Timeout;
  #settling: NodeJS.Timeout | undefined;
  #config: Config;
  #text: string;
  #signature = '';
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(file: string, config: Config, options: WatchOptions & { readonly text: string }) {
    this.#file = file;
    this.#config = config;
    this.#text = options.text;
    this.#settleMs = options.settleMs ?? 100;
    this.#check = options.check;
    this.#watcher = watchFolder(dirname(resolve(file)), () => this.#settle());
    this.#poll = setInterval(() => void this.#lookForChange(), options.pollMs ?? 2_000);
    this.#poll.unref();
  }

  current(): Config {
    return this.#config;
  }

  reload(): Promise<Loaded> {
    return this.#inTurn(async () => this.#take(await read(this.#file, this.#check)));
  }

  onChange(callback: (config: Config, before: Config) => void): () => void {
    this.#changed.add(callback);
    return () => this.#changed.delete(callback);
  }

  onProblems(callback: (problems: readonly Problem[]) => void): () => void {
    this.#refused.add(callback);
    return () => this.#refused.delete(callback);
  }

  close(): void {
    this.#isClosed = true;
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
  }

  // Not put off by further changes: a busy folder would put it off for ever.
  #settle(): void {
    if (this.#isClosed || this.#settling !== undefined) return;
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      void this.#inTurn(() => this.#readIfChanged());
    }, this.#settleMs);
    this.#settling.unref();
  }

  async #lookForChange(): Promise<void> {
    const stats = await stat(this.#file).catch(() => undefined);
    const signature = stats === undefined ? 'gone' : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
    if (signature !== this.#signature) this.#settle();
    this.#signature = signature;
  }

  async #readIfChanged(): Promise<void> {
    let now = await read(this.#file, this.#check);
    // An editor that writes beside and renames leaves a moment without a file.
    if (!now.isReadable) {
      await new Promise((done) => setTimeout(done, this.#settleMs));
      now = await read(this.#file, this.#check);
    }
    if (now.text !== this.#text) this.#take(now);
  }

  #take({ text, loaded }: Read): Loaded {
    const isNew = text !== this.#text;
    this.#text = text;
    if (this.#isClosed) return loaded;
    if (!loaded.ok) for (const callback of this.#refused) callback(loaded.problems);
    else if (isNew) this.#replace(loaded.config);
    return loaded;
  }

  #replace(config: Config): void {
    const before = this.#config;
    this.#config = config;
    for (const callback of this.#changed) callback(config, before);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

// Where the system has no watches left, polling does it alone.
function watchFolder(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
