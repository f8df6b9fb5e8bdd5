import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const main = "export const main = async (argv) => { process.stdout.write(argv.join(' ')); return 3; };\n";

let root: string;

/** A checkout with nothing in it but the program's door. */
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'packtrain-bin-'));
  await mkdir(path.join(root, 'bin'));
  await copyFile(path.join(checkout, 'bin/packtrain.js'), path.join(root, 'bin/packtrain.js'));
  await writeFile(path.join(root, 'package.json'), '{ "type": "module" }');
});

afterEach(() => rm(root, { recursive: true, force: true }));

function packtrain(args: string[], nodeArgs: string[] = []) {
  return execa(process.execPath, [...nodeArgs, path.join(root, 'bin/packtrain.js'), ...args], {
    reject: false,
  });
}

describe('npx packtrain', () => {
  it('hands the command line over and ends with its exit code', async () => {
    await mkdir(path.join(root, 'dist'));
    await writeFile(path.join(root, 'dist/main.js'), main);

    const { stdout, stderr, exitCode } = await packtrain(['status', '--json']);

    expect({ stdout, stderr, exitCode }).toEqual({ stdout: 'status --json', stderr: '', exitCode: 3 });
  });

  it('builds what is not built, where npm ran no install scripts', async () => {
    await mkdir(path.join(root, 'src'));
    await writeFile(path.join(root, 'src/main.js'), main);
    const compilerOptions = { allowJs: true, outDir: 'dist', rootDir: 'src', module: 'NodeNext', types: [] };
    await writeFile(
      path.join(root, 'tsconfig.build.json'),
      JSON.stringify({ compilerOptions, include: ['src'] }),
    );
    await symlink(path.join(checkout, 'node_modules'), path.join(root, 'node_modules'));

    const { stdout, stderr, exitCode } = await packtrain(['queue']);

    expect({ stdout, exitCode }).toEqual({ stdout: 'queue', exitCode: 3 });
    expect(stderr).toBe('packtrain: building, this once…');
  });

  it('says how to build where there is no compiler', async () => {
    const { stderr, exitCode } = await packtrain(['queue']);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('npm ci && npm run build');
    expect(await readdir(root)).toEqual(['bin', 'package.json']);
  });

  it('says which Node it needs before anything else', async () => {
    const old = "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })";

    const { stderr, exitCode } = await packtrain(['serve'], ['--import', `data:text/javascript,${old}`]);

    expect(exitCode).toBe(1);
    expect(stderr).toBe('packtrain: Node 18.20.4 is too old; 20.19 or newer is needed. Install a newer one.');
  });
});
