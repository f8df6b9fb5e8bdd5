import { reason } from './define.js';

/** Reasons that have to do with the configuration, and with what its access rules permit. */
export const configReasons = {
  'config-invalid': reason<{ file: string; problems: string[]; oldStays: boolean }>({
    kind: 'invalid',
    what: (p) =>
      `${p.file} has ${count(p.problems.length, 'problem')}${p.oldStays ? ', so the old one stays in force' : ''}:\n${p.problems.join('\n')}`,
    next: () => 'Mend the file; `packtrain config check` shows each place.',
  }),
  'bad-duration': reason<{ text: string }>({
    kind: 'usage',
    what: (p) => `"${p.text}" is no duration.`,
    next: () => 'Write whole numbers with their units, the largest first, such as 12s, 10m, 1h30m or 2d.',
  }),
  'access-denied': reason<{ rule: string; whoCan: string[] }>({
    kind: 'denied',
    what: (p) => `You may not: ${p.rule}.`,
    next: (p) =>
      p.whoCan.length > 0 ? `${p.whoCan.join(', ')} can.` : 'Nobody can until the config lets somebody.',
  }),
};

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
