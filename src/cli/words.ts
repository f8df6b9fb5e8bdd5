import { parseDuration } from '../core/duration.js';
import type { CancelIntent, DeployIntent, PackSelection, RollbackIntent } from '../core/intent.js';
import { refuse } from '../core/reason.js';
import { ok, type Result, refused } from '../core/result.js';

const deployUsage = 'packtrain deploy REPOSITORY [PACK[,PACK…]] [BRANCH] [for 2h]';
const keywordUsage = 'packtrain deploy REPOSITORY packs PACK[,PACK…] branch BRANCH for 2h';
const rollbackUsage = 'packtrain rollback PACK [REVISION]';

/** What may be said to `deploy` beside its words. */
export interface DeployFlags {
  readonly all?: boolean;
  readonly adopt?: boolean;
  readonly overwrite?: boolean;
  /** Why CI's checks don't matter. */
  readonly ignoringChecks?: string;
}

/** The intent of `deploy`'s words, in both forms that chat knows: `R P,P branch` and `R packs P,P branch B`. */
export function deployIntent(words: readonly string[], flags: DeployFlags = {}): Result<DeployIntent> {
  const [repository, ...rest] = joinLists(words);
  if (repository === undefined) return usage('A repository is missing.', deployUsage);
  const parts = partsOf(rest, flags.all === true);
  if (!parts.ok) return parts;
  const { packs, ref, time } = parts.value;
  const duration = time === undefined ? ok(undefined) : durationOf(time);
  if (!duration.ok) return duration;
  if (flags.all === true && packs !== undefined)
    return usage('--all means every pack, so no pack may be named beside it.', deployUsage);
  return ok({
    kind: 'deploy',
    repository,
    packs: flags.all === true ? { kind: 'all' } : selectionOf(packs),
    ...(ref === undefined ? {} : { ref }),
    ...(duration.value === undefined ? {} : { forMs: duration.value }),
    ...(flags.adopt === true ? { adopt: true } : {}),
    ...(flags.overwrite === true ? { overwrite: true } : {}),
    ...(flags.ignoringChecks === undefined ? {} : { ignoringChecks: flags.ignoringChecks }),
  });
}

/** The intent of `rollback`'s words; a `to` between them, as in chat, says nothing more. */
export function rollbackIntent(words: readonly string[], target?: string): Result<RollbackIntent> {
  const [pack, ...rest] = words;
  const [to, ...tooMany] = rest[0] === 'to' ? rest.slice(1) : rest;
  if (pack === undefined) return usage('A pack is missing.', rollbackUsage);
  if (tooMany.length > 0) return usage(`There are words too many: ${tooMany.join(' ')}.`, rollbackUsage);
  return ok({
    kind: 'rollback',
    pack,
    ...(to === undefined || to === 'last' ? {} : { to }),
    ...(target === undefined ? {} : { target }),
  });
}

function durationOf(text: string): Result<number> {
  const duration = parseDuration(text);
  return duration.ok && duration.value === 0 ? refused(refuse('bad-duration', { text })) : duration;
}

/** The intent of `cancel`'s word. */
export function cancelIntent(word: string | undefined): Result<CancelIntent> {
  if (word === undefined) return ok({ kind: 'cancel' });
  const deployment = deploymentNumber(word);
  return deployment.ok ? ok({ kind: 'cancel', deployment: deployment.value }) : deployment;
}

/** A deployment's number, written as `42` or `#42`. */
export function deploymentNumber(word: string): Result<number> {
  const digits = /^#?(\d{1,9})$/.exec(word)?.[1];
  if (digits !== undefined) return ok(Number(digits));
  return refused(
    refuse('bad-setting', { name: 'The deployment', value: word, wanted: 'a number such as 42' }),
  );
}

interface Parts {
  readonly packs?: string | undefined;
  readonly ref?: string | undefined;
  readonly time?: string | undefined;
}

/** Parts by their keywords, and what stands without one by its place: first the packs, then the branch. */
function partsOf(words: readonly string[], isAll: boolean): Result<Parts> {
  const named = new Map<string, string>();
  const placed: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const [word = '', value] = [words[i], words[i + 1]];
    if (!isKeyword(word)) placed.push(word);
    else if (value === undefined || named.has(word)) return usage(`"${word}" needs one value.`, keywordUsage);
    else {
      named.set(word, value);
      i += 1;
    }
  }
  const wantsPacks = !named.has('packs') && !(isAll && placed.length < 2);
  const packs = wantsPacks ? placed.shift() : named.get('packs');
  const ref = named.has('branch') ? named.get('branch') : placed.shift();
  return placed.length === 0
    ? ok({ packs, ref, time: named.get('for') })
    : usage(`There are words too many: ${placed.join(' ')}.`, deployUsage);
}

function isKeyword(word: string | undefined): word is 'packs' | 'branch' | 'for' {
  return word === 'packs' || word === 'branch' || word === 'for';
}

function selectionOf(packs: string | undefined): PackSelection {
  if (packs === undefined) return { kind: 'differing' };
  if (packs === '*') return { kind: 'all' };
  return { kind: 'named', packs: [...new Set(packs.split(',').filter((pack) => pack !== ''))] };
}

/** Puts lists together that were written with spaces around their commas. */
function joinLists(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words.flatMap((w) => w.split(/\s+/)).filter((w) => w !== '')) {
    const before = joined.at(-1);
    if (before !== undefined && (before.endsWith(',') || word.startsWith(',')))
      joined[joined.length - 1] = `${before}${word}`;
    else joined.push(word);
  }
  return joined;
}

function usage<T>(what: string, form: string): Result<T> {
  return refused(refuse('bad-words', { what, usage: form }));
}
