import { elapsed } from '../core/elapsed.js';
import { stepsOf, type WatchedDeployment } from './progress.js';
import type { Style } from './style.js';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const barWidth = 16;

/** The line at the bottom of a terminal while a deployment runs, cut to the terminal's width. */
export function statusLine(watched: WatchedDeployment, now: number, width: number, style: Style): string {
  const spin = spinner[Math.floor(now / 100) % spinner.length] ?? '';
  const { done, total } = stepsOf(watched);
  const bar = total === 0 ? '' : ` ${progressBar(done, total, barWidth)} ${done}/${total}`;
  const time = elapsed(now - (watched.since ?? now));
  const head = `${spin} #${watched.id} `;
  const tail = `${bar} ${time}`;
  const room = Math.max(0, width - 1 - head.length - tail.length);
  return `${style.cyan(head)}${cut(doing(watched), room)}${style.dim(tail)}`;
}

/** A bar of blocks: `████████░░░░░░░░`. */
export function progressBar(done: number, total: number, width: number): string {
  const part = total <= 0 ? 0 : Math.min(1, Math.max(0, done / total));
  const full = Math.round(part * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

function doing(watched: WatchedDeployment): string {
  if (watched.phase === 'stopping') return 'stopping…';
  if (watched.phase === 'called') return `your turn: packtrain confirm ${watched.id}`;
  if (watched.phase === 'queued') return waits(watched.ahead);
  if (watched.current === undefined) return watched.phase === 'running' ? 'starting…' : 'planning…';
  const { step, pack } = watched.current;
  return pack === undefined ? step : `${pack}: ${step}`;
}

function waits(ahead: readonly number[]): string {
  return ahead.length === 0
    ? 'waiting for its turn'
    : `waiting behind ${ahead.map((id) => `#${id}`).join(', ')}`;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
