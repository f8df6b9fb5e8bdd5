import type { PackVerdict } from './judge.js';

/** The names of checks that are missing, pending or failed, each once. */
export function openNames(verdicts: readonly PackVerdict[]): readonly string[] {
  const names = verdicts.flatMap(({ verdict }) => {
    if (verdict.kind === 'block') return verdict.failed.map((fact) => fact.name);
    return verdict.kind === 'wait' ? [...verdict.missing, ...verdict.pending.map((fact) => fact.name)] : [];
  });
  return [...new Set(names)];
}
