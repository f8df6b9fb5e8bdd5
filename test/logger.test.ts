import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/core/redact.js';
import { createLogger, type LogOutput } from '../src/logger.js';

function logged(output: Partial<LogOutput> = {}): { readonly lines: string[]; readonly out: LogOutput } {
  const lines: string[] = [];
  return { lines, out: { ...output, write: (text) => lines.push(text) } };
}

function redactorOf(secret: string) {
  const redactor = createRedactor();
  redactor.learn(secret);
  return redactor;
}

describe('the log', () => {
  it('is one JSON object a line for machines', () => {
    const { lines, out } = logged();
    createLogger(createRedactor(), 'info', out).warn({ port: 5432 }, 'PostgreSQL ended unexpectedly.');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 40,
      port: 5432,
      msg: expect.stringContaining('ended'),
    });
  });

  it('is plain lines at a terminal', () => {
    const { lines, out } = logged({ isTTY: true });
    const log = createLogger(createRedactor(), 'info', out);
    log.info({ port: 5432 }, 'PostgreSQL is ready.');
    log.error({ error: new Error('disk on fire') }, 'a step broke');
    log.debug({}, 'not asked for');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info {2}PostgreSQL is ready\. \{"port":5432\}\n$/);
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d error a step broke\nError: disk on fire\n {4}at /);
    expect(lines).toHaveLength(2);
  });

  it.each([true, false])('masks secrets in either shape (terminal: %s)', (isTTY) => {
    const { lines, out } = logged({ isTTY });
    const log = createLogger(redactorOf('correct-horse'), 'info', out);
    log.error({ error: new Error('no entry for correct-horse') }, 'git failed');
    expect(lines.join('')).toContain('git failed');
    expect(lines.join('')).not.toContain('correct-horse');
  });
});
