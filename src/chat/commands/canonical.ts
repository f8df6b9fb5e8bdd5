import type { Intent, PackSelection } from '../../core/intent.js';

/** An intent as the one line that says it in full, without the prefix; read again it gives the same intent. */
export function lineOf(intent: Intent): string {
  if (intent.kind === 'cancel')
    return ['pack cancel', ...(intent.deployment === undefined ? [] : [`${intent.deployment}`])].join(' ');
  if (intent.kind === 'rollback')
    return [
      'pack rollback',
      quoted(intent.pack),
      ...part('to', intent.to),
      ...part('on', intent.target),
    ].join(' ');
  return [
    'pack deploy',
    quoted(intent.repository),
    ...part('packs', packsOf(intent.packs)),
    ...part('branch', intent.ref),
    ...(intent.adopt ? ['--adopt'] : []),
  ].join(' ');
}

function packsOf(packs: PackSelection): string | undefined {
  if (packs.kind === 'differing') return undefined;
  return packs.kind === 'all' ? '*' : packs.packs.join(',');
}

function part(keyword: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [keyword, quoted(value)];
}

const keywords = /^(?:packs|branch|to|on)$/iu;

function quoted(value: string): string {
  const isPlain = /^(?:\*|\w[\w./@#+,-]*)$/u.test(value) && !value.endsWith(',') && !keywords.test(value);
  return isPlain ? value : `"${value.replace(/["\\]/gu, '\\$&')}"`;
}
