import type { ContentDiff } from '../core/content.js';
import type { LiveRevision } from '../core/plan.js';
import type { Repository } from '../core/repository.js';
import type { Result } from '../core/result.js';
import type { DeploymentDeps } from '../deployments/deps.js';
import { type Catalog, createCatalog, type PackAt } from '../deployments/plan/catalog.js';
import { type Contents, createContents, type PackReading } from '../deployments/plan/contents.js';
import { diffContent } from '../packs/diff.js';
import { changelogFiles } from '../packs/news/changelog.js';
import { isNote, type NoteFile, notesFolder, readNote } from '../packs/news/notes.js';
import type { NewsMaterial } from '../packs/news/pack-news.js';

/** What the news of one pack are about: from what people know to what is live, or would be. */
export interface Subject {
  readonly repository: Repository;
  readonly pack: string;
  readonly known: LiveRevision | undefined;
  /** Undefined when the pack was removed; then `sha` is the commit that no longer has it. */
  readonly now: PackAt | undefined;
  readonly sha: string;
  /** The difference as it was planned, for when the repository can't be read any more. */
  readonly planned?: ContentDiff | undefined;
}

/** The material for news, with who wrote the change. */
export interface Gathered {
  readonly material: NewsMaterial;
  readonly authors: readonly string[];
}

/** Reads material for news out of the mirrors. */
export interface Reader {
  /** Everything that tells of a change; what can't be read is left out, and refused is only what can't be named. */
  gather(subject: Subject): Promise<Gathered>;
  /** A pack at a commit; undefined when it is not there. */
  packAt(repository: Repository, sha: string, pack: string): Promise<Result<PackAt | undefined>>;
}

interface Tools {
  readonly git: DeploymentDeps['git'];
  readonly catalog: Catalog;
  readonly contents: Contents;
}

const mostCommits = 30;

/** Makes a reader, which remembers what it read last. */
export function createReader(git: DeploymentDeps['git']): Reader {
  const tools = { git, catalog: createCatalog(git), contents: createContents(git) };
  return {
    gather: (subject) => gather(tools, subject),
    packAt: (repository, sha, pack) => packAt(tools, repository, sha, pack),
  };
}

async function packAt({ catalog }: Tools, repository: Repository, sha: string, pack: string) {
  const packs = await catalog.packsAt(repository, sha);
  return packs.ok ? { ok: true as const, value: packs.value.find((one) => one.pack === pack) } : packs;
}

async function gather(tools: Tools, subject: Subject): Promise<Gathered> {
  const { repository, known, now, sha, pack } = subject;
  const was = known && (await placeOf(tools, subject, known.revision.sha));
  const before = was && known && (await read(tools, repository, known.revision.sha, was));
  const after = now && (await read(tools, repository, sha, now));
  const commits = await commitsOf(tools, subject);
  const isRead = (known === undefined) === (before?.content === undefined) && !now === !after?.content;
  const diff = isRead
    ? diffContent(before?.content, after?.content, differing(before, after))
    : unread(subject);
  return {
    material: {
      diff: { ...diff, pack },
      before: before?.content,
      after: after?.content,
      notes: await notesOf(tools, subject, was),
      changelog: await changelogOf(tools, subject),
      subjects: commits.map((commit) => commit.subject),
    },
    authors: [...new Set(commits.map((commit) => commit.author))],
  };
}

/** What is known of a difference whose sides can't be read: what the plan saw, else that there is one. */
function unread({ planned, known, now, pack }: Subject): ContentDiff {
  if (planned !== undefined) return planned;
  const version = { before: known === undefined ? null : '', after: now === undefined ? null : '' };
  return { pack, version, manifest: [], config: [], content: [], otherFiles: [] };
}

async function placeOf(
  tools: Tools,
  { repository, pack }: Subject,
  sha: string,
): Promise<PackAt | undefined> {
  const found = await packAt(tools, repository, sha, pack);
  return found.ok ? found.value : undefined;
}

async function read(
  { contents }: Tools,
  repository: Repository,
  sha: string,
  at: PackAt,
): Promise<PackReading | undefined> {
  const reading = await contents.read({ repository, sha, ...at });
  return reading.ok ? reading.value : undefined;
}

function differing(before: PackReading | undefined, after: PackReading | undefined): string[] {
  const [old, fresh] = [
    before?.files ?? new Map<string, string>(),
    after?.files ?? new Map<string, string>(),
  ];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path));
}

async function commitsOf({ git }: Tools, { repository, known, now, sha }: Subject) {
  const range = {
    from: known?.revision.sha,
    to: sha,
    path: now?.path ?? '',
    max: known === undefined ? 1 : mostCommits,
  };
  const commits = await git.log(repository, range);
  return commits.ok ? commits.value : [];
}

async function changelogOf({ git }: Tools, { repository, now, sha }: Subject): Promise<string | undefined> {
  if (now === undefined) return undefined;
  const texts = await git.readTexts(repository, { sha, path: now.path }, changelogFiles);
  return texts.ok
    ? changelogFiles.map((file) => texts.value.get(file)).find((text) => text !== undefined)
    : undefined;
}

/** The notes that were added, at the repository's root and in the pack. */
async function notesOf(
  tools: Tools,
  subject: Subject,
  was: PackAt | undefined,
): Promise<readonly NoteFile[]> {
  const { pack, known, now, repository } = subject;
  if (now === undefined) return [];
  const before = known?.revision.sha;
  const own = await addedNotes(tools, subject, { before, was: was?.path ?? now.path, now: now.path });
  const inPack = own.map((note) => ({ ...note, pack }));
  if (now.path === '' || repository.subtree === false) return inPack;
  const root = await addedNotes(tools, subject, { before, was: '', now: '' });
  // Of a new pack, those notes at the root that are older than it can't be told from its own, unless they name it.
  const isMeant = ({ text }: NoteFile) => before !== undefined || readNote(text).packs.includes(pack);
  return [...root.filter(isMeant), ...inPack];
}

async function addedNotes(
  tools: Tools,
  { repository, sha }: Subject,
  where: { before: string | undefined; was: string; now: string },
): Promise<readonly NoteFile[]> {
  const path = folderIn(where.now);
  const fresh = await filesIn(tools, repository, { sha, path });
  const old =
    where.before === undefined
      ? []
      : await filesIn(tools, repository, { sha: where.before, path: folderIn(where.was) });
  const added = fresh.filter((file) => isNote(file) && !old.includes(file)).slice(0, 50);
  if (added.length === 0) return [];
  const texts = await tools.git.readTexts(repository, { sha, path }, added);
  if (!texts.ok) return [];
  return [...texts.value].map(([file, text]) => ({ path: `${path}/${file}`, text }));
}

async function filesIn(
  { git }: Tools,
  repository: Repository,
  folder: { sha: string; path: string },
): Promise<readonly string[]> {
  const files = await git.listFiles(repository, folder);
  // Most repositories have no such folder.
  return files.ok ? files.value.map((file) => file.path) : [];
}

function folderIn(path: string): string {
  return path === '' ? notesFolder : `${path}/${notesFolder}`;
}
