import type { Readable, Transform } from 'node:stream';

/** A text file's lines, asked for one by one. */
export interface LineReader {
  /** The next line without its end; undefined after the last. Throws what reading or unpacking threw. */
  next(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Reads a packed file by lines, holding only a little of it in memory. */
export function readLines(source: Readable, unpack: Transform): LineReader {
  source.on('error', (error) => unpack.destroy(error));
  source.pipe(unpack);
  const lines = split(unpack);
  return {
    next: async () => (await lines.next()).value,
    close: async () => {
      source.destroy();
      unpack.destroy();
    },
  };
}

async function* split(stream: Readable): AsyncGenerator<string, undefined> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
  return undefined;
}
