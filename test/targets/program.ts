import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../src/core/clock.js';
import { ok, type Result } from '../../src/core/result.js';
import type { FillFolder } from '../../src/core/target.js';
import { createDirectoryTarget } from '../../src/drivers/targets/directory.js';
import { fillOf, mustBeOk, outcome, releaseOf, textOf } from './fixture.js';
import { readAlong } from './reader.js';

/**
 * What the tests run as processes of their own: `deploy PATH` reads a number N, deploys the Nth release and all after
 * it until it is killed, and says the number of each that is done. `race PATH N` activates the Nth over the first.
 * `read PATH` reads what is live until its input closes, and says what it saw. `check PATH` says what is wrong.
 */
const [command = '', path = '', number = '0'] = process.argv.slice(2);
const target = createDirectoryTarget({ name: 'default', path, clock: systemClock });

/** Every fourth deployment fails after its activation and is undone. */
export function isKept(deployment: number): boolean {
  return deployment % 4 !== 0;
}

function releaseBefore(deployment: number): string | undefined {
  let before = deployment - 1;
  while (before > 0 && !isKept(before)) before -= 1;
  return before > 0 ? releaseOf('beans', before).id : undefined;
}

function fillLarger(deployment: number): FillFolder {
  return async (folder) => {
    await mkdir(join(folder, 'rules'));
    for (let i = 0; i < 10; i++) await writeFile(join(folder, 'rules', `r${i}.yaml`), textOf(deployment));
    return fillOf(deployment)(folder);
  };
}

async function deploy(deployment: number): Promise<void> {
  const release = releaseOf('beans', deployment);
  const expected = releaseBefore(deployment);
  mustBeOk(await target.stage(release, fillLarger(deployment), 1000));
  // When a killed run had undone it already, the same calls do and undo it once more: the end is the same.
  mustBeOk(await target.activate({ release, expected, adopt: false }));
  mustBeOk(await target.verify(release));
  if (!isKept(deployment)) mustBeOk(await target.restore(release, expected));
  await target.prune('beans', 5);
}

async function race(deployment: number): Promise<Result<void>> {
  const release = releaseOf('beans', deployment);
  mustBeOk(await target.stage(release, fillLarger(deployment), 1000));
  process.stdout.write('staged\n');
  // Everybody waits until all are staged.
  await text(process.stdin);
  return target.activate({ release, expected: releaseOf('beans', 1).id, adopt: false });
}

switch (command) {
  case 'deploy':
    process.stdout.write('ready\n');
    for (let n = Number(await once(process.stdin, 'data')); ; n++) {
      await deploy(n);
      process.stdout.write(`${n}\n`);
    }
  case 'race':
    process.stdout.write(`${outcome(await race(Number(number)))}\n`);
    break;
  case 'read':
    process.stdout.write(`${JSON.stringify(await readAlong(join(path, 'beans')))}\n`);
    break;
  case 'check':
    process.stdout.write(`${JSON.stringify(await target.check())}\n`);
    break;
  default:
    process.stdout.write(`${outcome(ok(undefined))}\n`);
}
