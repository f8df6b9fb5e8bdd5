import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { Client, Mechanism } from '@xmpp/client';

const derive = promisify(pbkdf2);
const sha1Bytes = 20;

/**
 * Has passwords salted by Node itself: the client asks it for one round at a time, and the ten thousand that servers want
 * take it seconds of a processor at each login.
 */
export function saltQuickly({ saslFactory }: Pick<Client, 'saslFactory'>): void {
  const { create } = saslFactory;
  saslFactory.create = (names) => {
    const mechanism = create.call(saslFactory, names);
    return mechanism?.name === 'SCRAM-SHA-1' ? quick(mechanism) : mechanism;
  };
}

function quick(mechanism: Mechanism): Mechanism {
  const { challenge, response } = mechanism;
  let asked: string | undefined;
  mechanism.challenge = (text) => {
    asked = text;
    return challenge.call(mechanism, text);
  };
  mechanism.response = async (credentials) => {
    const text = asked;
    // The last word of the server asks for nothing.
    const isWanted = text !== undefined && fieldOf(text, 's') !== '';
    const salted = isWanted ? await saltedBy(text, credentials.password) : {};
    return await response.call(mechanism, { ...credentials, ...salted });
  };
  return mechanism;
}

async function saltedBy(challenge: string, password: string) {
  const salt = Buffer.from(fieldOf(challenge, 's'), 'base64');
  const rounds = Number(fieldOf(challenge, 'i'));
  return { salt, saltedPassword: await derive(password, salt, rounds, sha1Bytes, 'sha1') };
}

/** A field of a challenge as `r=…,s=…,i=4096`; empty where it is not there. */
function fieldOf(challenge: string, name: string): string {
  const field = challenge.split(',').find((one) => one.startsWith(`${name}=`));
  return field?.slice(name.length + 1) ?? '';
}
