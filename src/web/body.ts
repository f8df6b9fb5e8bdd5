import { IncomingMessage } from 'node:http';
import type { WebContext } from './env.js';

/** The raw body of a request; undefined when it has more bytes than `most`. Throws when the connection breaks. */
export async function readBody(c: WebContext, most: number): Promise<Uint8Array | undefined> {
  const length = c.req.header('content-length');
  if (length !== undefined && Number(length) > most) return undefined;
  const socket =
    typeof c.env === 'object' && c.env !== null && 'incoming' in c.env ? c.env.incoming : undefined;
  // Straight from the connection: many come at once, and a web stream for each would cost more than all the rest.
  if (socket instanceof IncomingMessage) return await readCounting(socket, most);
  const body = new Uint8Array(await c.req.arrayBuffer());
  return body.byteLength > most ? undefined : body;
}

function readCounting(incoming: IncomingMessage, most: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (settle: () => void) => {
      incoming.off('data', take);
      settle();
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > most) end(() => resolve(undefined));
    };
    incoming.on('data', take);
    incoming.once('end', () => end(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))));
    incoming.once('close', () => end(() => reject(new Error('the connection was closed'))));
  });
}
