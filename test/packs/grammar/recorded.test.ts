import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileFormat } from '../../../src/packs/grammar/format.js';
import { matchFormat, matchFormatEverywhere } from '../../../src/packs/grammar/match.js';

const folder = new URL('../../../../shared/alias/', import.meta.url);
const missing = !existsSync(folder);
const title = `recorded answers of the original parser${missing ? ' (skipped: ../shared/alias is not here)' : ''}`;

interface Recorded {
  readonly format: string;
  readonly message: string;
  readonly multiple?: boolean;
  readonly params?: unknown;
  readonly error?: 'ParseException' | 'error';
  readonly detail?: string;
}

type Answer = Pick<Recorded, 'params' | 'error' | 'detail'>;

function linesOf<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(name, folder), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function parse({ format, message, multiple = false }: Recorded): Answer {
  const compiled = compileFormat(format);
  if (!compiled.ok) {
    const { refusal } = compiled;
    return refusal.code === 'format-invalid' ? { error: 'error', detail: refusal.params.problem } : {};
  }
  const match = multiple
    ? matchFormatEverywhere(compiled.value, message)
    : matchFormat(compiled.value, message);
  return match.ok ? { params: match.params } : { error: 'ParseException', detail: match.detail };
}

/** The recorded answer, and ours with no more said than was recorded. */
function compared(row: Recorded): { readonly row: Recorded; readonly ours: Answer; readonly theirs: Answer } {
  const { detail, ...ours } = parse(row);
  const { params, error } = row;
  const theirs = params === undefined ? { error } : { params };
  if (row.detail === undefined) return { row, ours, theirs: theirs as Answer };
  return {
    row,
    ours: { ...ours, ...(detail === undefined ? {} : { detail }) },
    theirs: { ...theirs, detail: row.detail } as Answer,
  };
}

function disagreements(rows: readonly Recorded[]): readonly unknown[] {
  return rows.map(compared).filter(({ ours, theirs }) => {
    try {
      expect(ours).toEqual(theirs);
      return false;
    } catch {
      return true;
    }
  });
}

describe.skipIf(missing)(title, () => {
  test.each(['from-tests.jsonl', 'generated-half.jsonl'])('every line of %s', (name) => {
    const rows = linesOf<Recorded>(name);
    expect(rows.length).toBeGreaterThan(100);
    expect(disagreements(rows)).toEqual([]);
  });

  test('every real format is taken, but for the two that name a parameter twice', () => {
    const formats = linesOf<{ format: string }>('formats.jsonl');
    const problems = formats.flatMap(({ format }) => {
      const compiled = compileFormat(format);
      return compiled.ok ? [] : [compiled.refusal];
    });
    expect(problems.map(({ code }) => code)).toEqual(['format-invalid', 'format-invalid']);
    expect(JSON.stringify(problems)).toContain('redefinition of group name');
    expect(formats.length).toBe(317);
  });
});
