import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import { spreadOf, timed } from '../statistics.js';

const run = promisify(execFile);
const starts = 5;
const mostMs = 2_000;

/** Stops the server and starts it again on its data, several times. */
export async function measureWarmStart(bench: Bench): Promise<Figure[]> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let start = 0; start < starts; start++) {
    bare.push(await timed(() => run(process.execPath, ['-e', '0'])));
    ours.push((await bench.restart()).startMs);
  }
  const spread = spreadOf(ours);
  const raw = { what: 'node -e 0', value: spreadOf(bare).median };
  return [
    {
      name: 'warm start',
      value: spread.median,
      unit: 'ms',
      raw,
      target: { most: mostMs },
      details: { spread },
    },
  ];
}
