import { formatDuration } from '../../core/duration.js';
import type { DeployIntent, Intent, LockIntent, PackSelection } from '../../core/intent.js';
import type { LockScope } from '../../core/lock.js';

/** An intent as the one line that says it in full, without the prefix; read again it gives the same intent. */
export function lineOf(intent: Intent): string {
  const isNews = intent.kind === 'reword' || intent.kind === 'skip';
  return ['pack', ...(isNews ? ['announce'] : []), intent.kind, ...wordsOf(intent)].join(' ');
}

function wordsOf(intent: Intent): readonly string[] {
  switch (intent.kind) {
    case 'deploy':
      return deployWords(intent);
    case 'rollback':
      return [
        quoted(intent.pack),
        ...part('to', intent.to),
        ...part('on', intent.target),
        ...overwriteWord(intent),
      ];
    case 'return':
      return [
        quoted(intent.pack),
        ...part('on', intent.target),
        ...(intent.force ? ['now'] : []),
        ...overwriteWord(intent),
      ];
    case 'extend':
      return [
        quoted(intent.pack),
        intent.by === 'overnight' ? intent.by : formatDuration(intent.by),
        ...(intent.force ? ['--force'] : []),
      ];
    case 'give':
      return [quoted(intent.pack), 'to', quoted(intent.to)];
    case 'steal':
      return [quoted(intent.pack)];
    case 'lock':
      return lockWords(intent);
    case 'unlock':
      return scopeWords(intent.scope);
    case 'reword':
      return [`${quoted(intent.pack ?? '')}:`, intent.words];
    case 'skip':
      return [quoted(intent.pack)];
    case 'link':
      return intent.code === undefined ? [] : [intent.code];
    case 'unlink':
      return intent.account === undefined ? [] : [quoted(intent.account)];
    case 'cancel':
    case 'confirm':
    case 'defer':
      return intent.deployment === undefined ? [] : [`${intent.deployment}`];
  }
}

function overwriteWord({ overwrite }: { readonly overwrite?: boolean }): readonly string[] {
  return overwrite ? ['--overwrite'] : [];
}

function deployWords({ repository, packs, ref, forMs, adopt, overwrite }: DeployIntent): readonly string[] {
  return [
    quoted(repository),
    ...part('packs', packsOf(packs)),
    ...part('branch', ref),
    ...time(forMs),
    ...(adopt ? ['--adopt'] : []),
    ...(overwrite ? ['--overwrite'] : []),
  ];
}

function lockWords({ scope, forMs, because }: LockIntent): readonly string[] {
  return [...scopeWords(scope), ...time(forMs), 'because', quoted(because)];
}

function scopeWords(scope: LockScope): readonly string[] {
  if (scope.kind === 'everything') return ['*'];
  return [scope.kind, quoted(scope.kind === 'pack' ? scope.pack : scope.repository)];
}

function time(ms: number | undefined): readonly string[] {
  return ms === undefined ? [] : ['for', formatDuration(ms)];
}

function packsOf(packs: PackSelection): string | undefined {
  if (packs.kind === 'differing') return undefined;
  return packs.kind === 'all' ? '*' : packs.packs.join(',');
}

function part(keyword: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [keyword, quoted(value)];
}

const keywords = /^(?:packs|branch|to|on|for|because)$/iu;

function quoted(value: string): string {
  const isPlain = /^(?:\*|\w[\w./@#+,-]*)$/u.test(value) && !value.endsWith(',') && !keywords.test(value);
  return isPlain ? value : `"${value.replace(/["\\]/gu, '\\$&')}"`;
}
