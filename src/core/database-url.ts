import querystring from 'node:querystring';
import type { Redactor } from './redact.js';

/**
 * Lets a redactor learn the password of a `DATABASE_URL`, as it stands there and as it is sent. One that is also the
 * name of the user or of the database is none: to mask it would mask these words everywhere.
 */
export function learnDatabasePassword(redactor: Redactor, url: string): void {
  if (!URL.canParse(url)) return;
  const { username, password, pathname } = new URL(url);
  const isKnown = [username, pathname.slice(1), 'packtrain', 'postgres'].includes(password);
  if (!isKnown) for (const form of [password, querystring.unescape(password)]) redactor.learn(form);
}
