import { describe, expect, it } from 'vitest';
import { type Drift, driftedFiles, driftMark, isRuntimeFile, isWork } from '../../src/core/drift.js';

const known = new Map([
  ['pack.yaml', 'a'],
  ['actions/cook.py', 'b'],
]);
const files = (...of: { path: string; how: 'changed' | 'added' | 'lost' }[]): Drift => ({
  kind: 'files',
  files: of,
});

describe('what of the files that look otherwise is otherwise', () => {
  it('is what Git has otherwise: a file that was only touched is as it was', () => {
    const suspects = [
      { path: 'pack.yaml', id: 'a', bytes: 9 },
      { path: 'actions/cook.py', id: 'x', bytes: 9 },
      { path: 'actions/new.py', id: 'y', bytes: 0 },
    ];
    expect(driftedFiles({ suspects, areAll: false }, known)).toEqual([
      { path: 'actions/cook.py', how: 'changed' },
      { path: 'actions/new.py', how: 'added' },
    ]);
  });

  it('tells what is gone or emptied from what somebody wrote', () => {
    const suspects = [
      { path: 'pack.yaml', bytes: 0 },
      { path: 'actions/cook.py', id: 'e', bytes: 0 },
      { path: 'actions/gone.pyc', bytes: 0 },
    ];
    const lost = driftedFiles({ suspects, areAll: false }, known);
    expect(lost.map(({ how }) => how)).toEqual(['lost', 'lost']);
    expect(isWork({ kind: 'files', files: lost })).toBe(false);
  });

  it('is found without knowing how the files looked, and without Git, but not without both', () => {
    const suspects = [{ path: 'pack.yaml', id: 'a', bytes: 9 }];
    expect(driftedFiles({ suspects, areAll: true }, known)).toEqual([
      { path: 'actions/cook.py', how: 'lost' },
    ]);
    expect(driftedFiles({ suspects, areAll: false }, undefined)).toEqual([
      { path: 'pack.yaml', how: 'changed' },
    ]);
    expect(driftedFiles({ suspects, areAll: true }, undefined)).toEqual([]);
  });

  it('is not what running a pack leaves', () => {
    expect(['a.pyc', 'actions/__pycache__/x', '__pycache__/y'].every(isRuntimeFile)).toBe(true);
    expect(['a.py', 'pycache/x', 'x.pyc.txt'].some(isRuntimeFile)).toBe(false);
  });

  it('is the same to those who were told when it has the same mark', () => {
    const edited = files({ path: 'a', how: 'changed' });
    expect(driftMark(edited)).toBe(driftMark(files({ path: 'a', how: 'changed' })));
    const others: Drift[] = [
      files({ path: 'a', how: 'added' }),
      { kind: 'gone' },
      { kind: 'replaced', found: 'a file' },
    ];
    expect(new Set([edited, ...others].map(driftMark)).size).toBe(4);
    expect([edited, ...others].map(isWork)).toEqual([true, true, false, true]);
  });
});
