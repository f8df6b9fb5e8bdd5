import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { overTheFence, partOf, wrongWay } from './support/architecture/arrows.js';
import { cyclesIn } from './support/architecture/cycles.js';
import { importsAmong, importsOf } from './support/architecture/imports.js';
import {
  defaultExports,
  linesWith,
  longFunctions,
  undocumented,
  usesOf,
} from './support/architecture/shape.js';
import { parseSource, readSources } from './support/architecture/source-file.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = readSources(root, 'src');
const imports = importsAmong(sources);
const within = (...parts: string[]) => sources.filter((file) => parts.includes(partOf(file.path)));
const outside = (...parts: string[]) => sources.filter((file) => !parts.includes(partOf(file.path)));

/** Makers of chats and hosts. StackStorm is the field itself; its server is a driver's business. */
const vendors = new Set(
  'slack discord teams telegram mattermost matrix irc xmpp jabber gchat github gitlab bitbucket gitea forgejo'.split(
    ' ',
  ),
);

/** Where the process comes in; everything else is given what it needs of the environment. */
const environmentReaders = new Set(['src/main.ts', 'src/serve.ts', 'src/cli/process-context.ts']);

describe('the imports', () => {
  it('are found: every file of ours that is named is there', () => {
    const paths = new Set(sources.map((file) => file.path));
    const ours = imports.filter((one) => one.isOurs);
    expect(ours.length).toBeGreaterThan(sources.length);
    expect(ours.filter(({ to }) => !paths.has(to))).toEqual([]);
  });

  it('follow the arrows', () => expect(wrongWay(imports)).toEqual([]));
  it('keep libraries where they belong', () => expect(overTheFence(imports)).toEqual([]));
  it('have no cycles, types included', () => expect(cyclesIn(imports)).toEqual([]));
});

describe('the files', () => {
  it('name makers only in drivers, the config and main', () => {
    expect(outside('drivers', 'config', 'main').flatMap((file) => linesWith(file, vendors))).toEqual([]);
  });

  it('have at most 350 lines', () => {
    const long = sources.filter((file) => file.lineAt(file.text.length) > 351);
    expect(long.map((file) => file.path)).toEqual([]);
  });

  it('have functions of at most 60 lines', () => {
    expect(sources.flatMap((file) => longFunctions(file, 60))).toEqual([]);
  });

  it('tell what each exported function is for', () => expect(sources.flatMap(undocumented)).toEqual([]));
  it('export by name', () => expect(sources.flatMap(defaultExports)).toEqual([]));

  it('write through the streams and the log that they are given', () => {
    expect(sources.flatMap((file) => usesOf(file, 'console'))).toEqual([]);
  });

  it('are given the environment by the few that read it', () => {
    const others = sources.filter((file) => !environmentReaders.has(file.path));
    expect(others.flatMap((file) => usesOf(file, 'process', 'env'))).toEqual([]);
  });

  it('of the core, packs and checks have no effects', () => {
    const effects = within('core', 'packs', 'checks').flatMap(importsOf);
    expect(
      effects.filter(({ to }) => /^(node:(fs|child_process|net|http|timers)|execa|pg|kysely)/.test(to)),
    ).toEqual([]);
  });
});

describe('these rules', () => {
  const broken = parseSource(
    'src/core/broken.ts',
    [
      "import type { Git } from '../git/git.js';",
      "export { carryOut } from '../deployments/workflow.js';",
      "import { Hono } from 'hono';",
      "const late = () => import('../drivers/chat/web.js');",
      "type Late = import('../store/open.js').Store;",
      'export function slackMessage() { console.log(process.env.HOME); }',
      'export default late;',
    ].join('\n'),
  );

  it('see every way to import', () => {
    expect(wrongWay(importsOf(broken))).toEqual([
      'src/core/broken.ts:1 imports src/git/git.ts: core may not import git',
      'src/core/broken.ts:2 imports src/deployments/workflow.ts: core may not import deployments',
      'src/core/broken.ts:4 imports src/drivers/chat/web.ts: core may not import drivers',
      'src/core/broken.ts:5 imports src/store/open.ts: core may not import store',
    ]);
    expect(overTheFence(importsOf(broken))).toEqual(['src/core/broken.ts:3 imports hono: only web may']);
  });

  it('see a driver that anybody but main imports', () => {
    const file = parseSource('src/app.ts', "import { a } from './drivers/targets/directory.js';");
    expect(wrongWay(importsOf(file))).toHaveLength(1);
    const main = parseSource('src/main.ts', file.text);
    expect(wrongWay(importsOf(main))).toEqual([]);
  });

  it('see a cycle, also a long one and one of types', () => {
    const chain = ['a', 'b', 'c'].map((name, at, all) =>
      parseSource(`src/web/${name}.tsx`, `import type { T } from './${all[(at + 1) % 3]}.js';`),
    );
    expect(cyclesIn(importsAmong(chain))).toEqual([
      'src/web/a.tsx → src/web/b.tsx → src/web/c.tsx → src/web/a.tsx',
    ]);
    expect(cyclesIn(importsAmong(chain.slice(0, 2)))).toEqual([]);
  });

  it('see what a file says and does', () => {
    expect(linesWith(broken, vendors)).toHaveLength(1);
    expect(linesWith(parseSource('src/core/fine.ts', '// a circle, firckle'), vendors)).toEqual([]);
    expect(undocumented(broken)).toEqual(['src/core/broken.ts:6 exports without a TSDoc comment']);
    expect(undocumented(parseSource('a.ts', '/** Does. */\nexport const a = () => 1;'))).toEqual([]);
    expect(usesOf(broken, 'console')).toEqual(['src/core/broken.ts:6 uses console.log']);
    expect(usesOf(broken, 'process', 'env')).toEqual(['src/core/broken.ts:6 uses process.env']);
    expect(defaultExports(broken)).toEqual(['src/core/broken.ts:7 exports by default']);
  });

  it('count a function without the functions in it', () => {
    const inner = `  function inner() {\n${'    work();\n'.repeat(10)}  }\n`;
    const file = parseSource('a.ts', `function outer() {\n  work();\n${inner}}\n`);
    expect(longFunctions(file, 11)).toEqual(['a.ts:3 a function of 12 lines']);
    expect(longFunctions(file, 2)).toEqual(['a.ts:1 a function of 3 lines', 'a.ts:3 a function of 12 lines']);
  });
});
