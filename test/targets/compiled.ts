import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Compiles a program of these tests into a folder, for real child processes; returns the path to run. What it imports
 * is copied along, so that a user who may not enter the checkout can run it.
 */
export async function compile(program: string, outDir: string): Promise<string> {
  const settings = ['--module', 'NodeNext', '--target', 'ES2023', '--types', 'node', '--skipLibCheck'];
  const places = ['--rootDir', project, '--outDir', outDir];
  const source = join(project, 'test', 'targets', `${program}.ts`);
  await execa('tsc', ['--ignoreConfig', ...settings, ...places, source], {
    preferLocal: true,
    localDir: project,
  });
  await writeFile(join(outDir, 'package.json'), '{ "type": "module" }');
  await mkdir(join(outDir, 'node_modules'));
  await cp(join(project, 'node_modules', 'zod'), join(outDir, 'node_modules', 'zod'), { recursive: true });
  return join(outDir, 'test', 'targets', `${program}.js`);
}
