import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/core/redact.js';
import { createLogger } from '../src/logger.js';

function logTo(isTTY: boolean) {
  let text = '';
  const out = {
    isTTY,
    write(chunk: string | Uint8Array) {
      text += String(chunk);
      return true;
    },
  };
  return { log: createLogger(createRedactor(['hunter2-token']), 'info', out), text: () => text };
}

describe('the log', () => {
  it('is one JSON object a line for machines, with the message and the stack of an error under either name', () => {
    const { log, text } = logTo(false);
    log.warn({ err: new Error('no room') }, 'a command broke');
    log.error({ error: new Error('no hunter2-token') }, 'a step broke');
    const [first, second] = text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ level: 40, msg: 'a command broke', err: { message: 'no room' } });
    expect(second).toMatchObject({ level: 50, error: { message: 'no •••' } });
    expect(first.err.stack).toContain('logger.test');
  });

  it('is a short sentence at a terminal', () => {
    const { log, text } = logTo(true);
    log.debug({}, 'too much to read');
    log.info({ config: 'packtrain.yaml' }, 'the config changed');
    log.warn({ err: new Error('no hunter2-token'), deployment: 7 }, 'a step broke');
    expect(text().replace(/\d\d:\d\d:\d\d/g, 'now')).toBe(
      'now the config changed config=packtrain.yaml\nnow warn: a step broke err=no ••• deployment=7\n',
    );
  });

  it('tells more or less as its level is changed', () => {
    const { log, text } = logTo(true);
    log.level = 'debug';
    log.debug({}, 'looked at main');
    log.level = 'error';
    log.warn({}, 'a step broke');
    expect(text()).toMatch(/^\d\d:\d\d:\d\d looked at main\n$/);
  });
});
