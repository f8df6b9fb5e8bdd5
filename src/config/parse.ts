import { basename } from 'node:path';
import { createRedactor } from '../core/redact.js';
import { buildConfig } from './build/config.js';
import { checkAccess } from './checks/access.js';
import { checkApi } from './checks/api.js';
import { checkChannels } from './checks/channels.js';
import { checkHosts } from './checks/hosts.js';
import { checkKeys } from './checks/keys.js';
import type { Look } from './checks/look.js';
import { checkPeople } from './checks/people.js';
import { checkRepositories } from './checks/repositories.js';
import { checkTargets } from './checks/targets.js';
import { frameAt, mayBeShown } from './frame.js';
import { keyOffset, valueOffset } from './locate.js';
import type { Problem } from './problem.js';
import { type FileEntry, fileSchema } from './schema/schema.js';
import { type FoundSecrets, findSecrets, randomWords } from './secrets.js';
import type { ConfigCheck, Loaded } from './source.js';
import { findingsOf } from './words.js';
import { type Finding, readYaml, type Tree } from './yaml.js';

/** What the file is called. */
export interface FileName {
  /** Absolute. */
  readonly path: string;
  /** As people wrote it; problems are shown under this name. */
  readonly shown: string;
}

/** Reads the text of a `packtrain.yaml`: a config, or all that is wrong with it in the order of the file. */
export function parseConfig(text: string, file: FileName, check: ConfigCheck = () => []): Loaded {
  const { tree, syntax } = readYaml(text);
  const secrets = findSecrets(tree);
  const isBroken = syntax.length > 0;
  const read = isBroken ? { findings: syntax } : readTree(tree);
  const findings = inOrder([...secrets.findings, ...(isBroken ? [] : checkKeys(tree)), ...read.findings]);
  const toProblem = problemMaker({ tree, secrets, file, isBroken });
  if (findings.length > 0 || read.entry === undefined)
    return { ok: false, problems: findings.map(toProblem) };
  const config = buildConfig(read.entry, file.path, (index) => rulePlace(tree, file, index));
  const found = check(config).map(({ path, text }) => ({ offset: valueOffset(tree, path), text }));
  return found.length === 0 ? { ok: true, config } : { ok: false, problems: inOrder(found).map(toProblem) };
}

function readTree(tree: Tree): { readonly findings: readonly Finding[]; readonly entry?: FileEntry } {
  if (tree.root === null)
    return { findings: [{ offset: 0, text: 'The file is empty: it needs the key "repositories".' }] };
  const raw = plainValue(tree);
  if (raw === undefined)
    return { findings: [{ offset: 0, text: 'The aliases of this file stand for too much.' }] };
  // An empty message marks an issue that no schema has worded.
  const result = fileSchema.safeParse(raw.value, { error: () => '' });
  const findings = [...checkReferences(tree, raw.value)];
  if (result.success) return { findings, entry: result.data };
  return {
    findings: [...result.error.issues.flatMap((issue) => findingsOf(tree, raw.value, issue)), ...findings],
  };
}

function plainValue(tree: Tree): { readonly value: unknown } | undefined {
  try {
    return { value: tree.document.toJS() };
  } catch {
    return undefined;
  }
}

const checks = [
  checkTargets,
  checkHosts,
  checkRepositories,
  checkPeople,
  checkAccess,
  checkApi,
  checkChannels,
];

function checkReferences(tree: Tree, raw: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  const look: Look = {
    raw,
    report: (path, text, at) =>
      findings.push({ offset: at === 'key' ? keyOffset(tree, path) : valueOffset(tree, path), text }),
  };
  for (const check of checks) check(look);
  return findings;
}

// Findings come with the most telling first, so one place gets one of them; a stable sort keeps that.
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<number>();
  const first = findings.filter(({ offset, text }) => {
    const isNew = !seen.has(offset) || text.startsWith('There is no key') || text.includes(' lacks the key ');
    seen.add(offset);
    return isNew;
  });
  return first.sort((a, b) => a.offset - b.offset);
}

function rulePlace(tree: Tree, file: FileName, index: number): string {
  return `${basename(file.path)}:${tree.place(valueOffset(tree, ['access', index])).line}`;
}

interface Told {
  readonly tree: Tree;
  readonly secrets: FoundSecrets;
  readonly file: FileName;
  readonly isBroken: boolean;
}

function problemMaker({ tree, secrets, file, isBroken }: Told): (finding: Finding) => Problem {
  const random = randomWords(tree.text).map(([from, to]) => tree.text.slice(from, to));
  const redactor = createRedactor([...secrets.values, ...random]);
  return ({ offset, text }) => {
    const problem = { file: file.shown, ...tree.place(offset), text: redactor.text(text) };
    if (tree.text === '' || (isBroken && !mayBeShown(tree, offset))) return problem;
    const frame = frameAt(tree, secrets, offset);
    return { ...problem, source: { ...frame, text: redactor.text(frame.text) } };
  };
}
