// Names the tests that failed: `node .ci/failures.js COUNT.json…`, one file for each run of the tests.
// The last lines of a long log are often all that is kept of it, so they have to tell.
import { existsSync, readFileSync } from 'node:fs';

for (const file of process.argv.slice(2).filter((name) => existsSync(name))) {
  const { failures } = JSON.parse(readFileSync(file, 'utf8'));
  for (const { name, error } of failures) process.stdout.write(`\nfailed: ${name}\n  ${error}\n`);
}
