import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { numberIn } from './fixture.js';

/** What a reader saw that read all the time. */
export interface Sightings {
  readonly reads: number;
  /** How many different releases it met. */
  readonly releases: number;
  /** Each thing it should never have seen: an absent pack, a cut file, files of two releases. */
  readonly wrong: readonly string[];
}

/**
 * Reads two files of a live pack over and over until the input closes, from the word `rest` on not
 * until the word `read`: nothing changes meanwhile and others need the processor.
 */
export async function readAlong(pack: string): Promise<Sightings> {
  let open = true;
  let isResting = false;
  process.stdin.on('end', () => {
    open = false;
  });
  process.stdin.setEncoding('utf8').on('data', (words: string) => {
    isResting = words.endsWith('rest\n');
  });
  process.stdout.write('ready\n');
  const numbers = new Set<number>();
  const wrong: string[] = [];
  let reads = 0;
  for (; open; reads++) {
    const seen = look(pack);
    if (typeof seen === 'number') numbers.add(seen);
    else wrong.push(seen);
    // Lets the input be noticed.
    if (reads % 50 === 0) await turn();
    while (isResting && open) await sleep(1);
  }
  return { reads, releases: numbers.size, wrong: wrong.slice(0, 5) };
}

function look(pack: string): number | string {
  try {
    const before = linkAt(pack);
    const first = numberIn(readFileSync(join(pack, 'pack.yaml'), 'utf8'));
    const second = numberIn(readFileSync(join(pack, 'actions', 'second.yaml'), 'utf8'));
    // Between two reads the pack may be switched, forth or back; without a switch they must agree.
    if (first !== second && linkAt(pack) === before) return `mixed: ${first} and ${second}`;
    return first;
  } catch (error) {
    return String(error);
  }
}

/** Which link it is, asked in one call: what it leads to may be pruned while a busy machine lets the reader wait. */
function linkAt(pack: string): string {
  const { ino, ctimeNs } = lstatSync(pack, { bigint: true });
  return `${ino} of ${ctimeNs}`;
}
