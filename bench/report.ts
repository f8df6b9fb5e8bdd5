import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Figure, isMet, ratioOf } from './figure.js';

const columns = ['what', 'value', 'raw', 'ratio', 'target', ''] as const;

/** The figures as a table. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [columns, ...figures.map(rowOf)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(
    1,
    0,
    widths
      .map((width) => '-'.repeat(width))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function rowOf(figure: Figure): string[] {
  const { name, value, unit, raw, target } = figure;
  const ratio = ratioOf(figure);
  const met = isMet(figure);
  return [
    name,
    `${shown(value)} ${unit}`,
    raw === undefined ? '' : `${shown(raw.value)} (${raw.what})`,
    ratio === undefined ? '' : `${ratio.toFixed(2)}x`,
    target === undefined ? '' : 'most' in target ? `<= ${target.most} ${unit}` : `<= ${target.ratio}x`,
    met === undefined ? '' : met ? 'ok' : 'over',
  ];
}

function shown(value: number): string {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
}

/** Writes the figures as JSON into a folder. @returns the file. */
export async function writeResults(folder: string, figures: readonly Figure[], at: Date): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${at.toISOString().replaceAll(':', '-').slice(0, 19)}.json`);
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    load: loadavg(),
  };
  const shownFigures = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), met: isMet(figure) }));
  await writeFile(
    file,
    `${JSON.stringify({ at: at.toISOString(), machine, figures: shownFigures }, null, 2)}\n`,
  );
  return file;
}
