import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { ns } from './ns.js';

/** What the server may say before it is encrypted: nothing that is as long as this. */
const mostBytes = 65_536;

/**
 * Asks a server over an open socket to encrypt what follows. Throws when it does not: whoever stands between could have
 * taken its offer out, so nothing is ever said without.
 */
export async function askForTls(socket: Socket, domain: string): Promise<void> {
  const header = `<?xml version='1.0'?><stream:stream to='${domain}' xmlns='jabber:client' xmlns:stream='${ns.stream}' version='1.0'>`;
  const features = await heard(socket, /<\/(?:\w+:)?features\s*>|<(?:\w+:)?features\s*\/>/, header);
  if (!/<(?:\w+:)?starttls[\s/>]/.test(features)) throw new Error('it offers no encryption');
  const answer = await heard(
    socket,
    /<(?:\w+:)?(?:proceed|failure)\b[^>]*(?:\/>|>\s*<\/[^>]*>)/,
    `<starttls xmlns='${ns.startTls}'/>`,
  );
  // What was slipped in before the encryption is not from the server.
  if (!/<(?:\w+:)?proceed\b[^>]*(?:\/>|>\s*<\/[^>]*>)\s*$/.test(answer))
    throw new Error('it refuses to encrypt');
}

/** Says something and waits for what it asks for. @returns all that came meanwhile */
function heard(socket: Socket, wanted: RegExp, said: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let text = '';
    const end = (settle: () => void) => {
      socket.removeListener('data', take);
      socket.removeListener('close', lose);
      settle();
    };
    const take = (data: Buffer) => {
      text += decoder.write(data);
      if (wanted.test(text)) end(() => resolve(text));
      else if (text.length > mostBytes) end(() => reject(new Error('it says too much before it encrypts')));
    };
    const lose = () => end(() => reject(new Error('it hangs up before it encrypts')));
    socket.on('data', take);
    socket.on('close', lose);
    socket.write(said);
  });
}
