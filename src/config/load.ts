import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseConfig } from './parse.js';
import type { ConfigCheck, Loaded } from './source.js';

/** The name of the config where none is given. */
export const defaultConfigFile = 'packtrain.yaml';

/** Reads a config file. `file` may be relative; problems are shown under the name given here. */
export async function loadConfig(file: string, check?: ConfigCheck): Promise<Loaded> {
  const read = await readText(file);
  return 'text' in read
    ? parseConfig(read.text, { path: resolve(file), shown: file }, check)
    : broken(file, read.problem);
}

function broken(file: string, text: string): Loaded {
  return { ok: false, problems: [{ file, text }] };
}

const largest = 1_000_000;

/** The text of a config file, or why it can't be had. */
export async function readText(
  file: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const read = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (!Buffer.isBuffer(read))
    return { problem: readErrors[read.code ?? ''] ?? `It can't be read (${read.code}).` };
  if (read.length > largest) return { problem: 'It is over a megabyte, which no config is.' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(read) };
  } catch {
    return { problem: 'It is not text in UTF-8.' };
  }
}

const readErrors: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file. `packtrain import <config.yaml>` makes one from a packs.deploy config.',
  EISDIR: 'This is a folder: name the file in it.',
  ENOTDIR: 'There is no such file: a part of its path is no folder.',
  EACCES: 'You may not read it: give the user that runs Packtrain the right to.',
};
