import { describe, expect, it } from 'vitest';
import { withPostgres } from '../fixtures/postgres.js';

describe('the PostgreSQL of the tests', () => {
  const one = withPostgres('empty');
  const other = withPostgres('empty');

  it('gives each its own empty database', async () => {
    await one.query('CREATE TABLE beans (id int)');
    const tables = "SELECT relname FROM pg_class WHERE relname = 'beans'";
    expect(await one.query(tables)).toHaveLength(1);
    expect(await other.query(tables)).toHaveLength(0);
  });

  it('speaks UTF-8 whatever the machine is set to', async () => {
    expect(await one.query("SELECT lower('GRÜNE BOHNEN') AS shout")).toEqual([{ shout: 'grüne bohnen' }]);
  });
});
