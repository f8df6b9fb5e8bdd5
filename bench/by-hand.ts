import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fixtureEnv } from '../test/fixtures/git-repo.js';

const run = promisify(execFile);

/** Somebody who does Packtrain's work by hand, with a mirror and a folder of their own. */
export interface ByHand {
  /** The mirror. */
  readonly mirror: string;
  /** Fetches the branch and makes a pack live: `git fetch && git archive | tar -x && mv -T`. */
  deploy(pack: string): Promise<void>;
  /** Lists the files that differ between two commits. */
  changedFiles(from: string, to: string): Promise<string>;
}

// One shell for all of it, as somebody would write it into a script. The link that is moved over the live one is what
// makes it atomic; nothing is checked, kept or flushed to the disk.
const script = `set -e
mirror=$1 live=$2 pack=$3 release=$2/.releases/$3-$4
git -C "$mirror" fetch --quiet
mkdir "$release"
git -C "$mirror" archive "main:packs/$pack" | tar -x -C "$release"
ln -s ".releases/$pack-$4" "$live/.$pack.new"
mv -T "$live/.$pack.new" "$live/$pack"
`;

/** Prepares to work by hand in a folder. */
export async function startByHand(folder: string, url: string): Promise<ByHand> {
  const mirror = join(folder, 'mirror.git');
  const live = join(folder, 'live');
  const file = join(folder, 'deploy.sh');
  await mkdir(join(live, '.releases'), { recursive: true });
  await writeFile(file, script);
  await run('git', ['clone', '--quiet', '--mirror', url, mirror], { env: fixtureEnv });
  let releases = 0;
  return {
    mirror,
    async deploy(pack) {
      releases += 1;
      await run('sh', [file, mirror, live, pack, String(releases)], { env: fixtureEnv });
    },
    async changedFiles(from, to) {
      const args = ['-C', mirror, 'diff', '--name-only', from, to];
      return (await run('git', args, { env: fixtureEnv, maxBuffer: 64 * 1024 * 1024 })).stdout;
    },
  };
}
