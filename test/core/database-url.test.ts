import { describe, expect, it } from 'vitest';
import { learnDatabasePassword } from '../../src/core/database-url.js';
import { createRedactor } from '../../src/core/redact.js';

function shown(url: string, text: string): string {
  const redactor = createRedactor();
  learnDatabasePassword(redactor, url);
  return redactor.text(text);
}

describe('the password of a DATABASE_URL', () => {
  it('is masked as it stands there and as it is sent', () => {
    const url = 'postgres://ann:p%40ss%2Fword@db.example.com/packs';
    expect(shown(url, 'p%40ss%2Fword and p@ss/word')).toBe('••• and •••');
  });

  it('is left alone when it is a name that everybody sees anyway', () => {
    expect(shown('postgres://packs:packs@db.example.com/packs', 'lists packs')).toBe('lists packs');
    expect(shown('postgres://ann:packtrain@db.example.com/x', 'packtrain')).toBe('packtrain');
  });

  it('need not be there, nor the URL be one', () => {
    expect(shown('postgres://db.example.com/x', 'said')).toBe('said');
    expect(shown('no url', 'said')).toBe('said');
  });
});
