/**
 * A time span in milliseconds as people watch it grow: `0.4s`, `12s`, `3m 05s`, `1h 02m`. The pages' script counts on
 * from it, in the same words.
 */
export function elapsed(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  // Rounded down throughout: a second shows once it is over.
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
