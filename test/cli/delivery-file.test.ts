import { describe, expect, it } from 'vitest';
import { parseDelivery } from '../../src/cli/delivery-file.js';

const body = '{\n  "ref": "refs/heads/main"\n\n}\n';

describe('a saved delivery', () => {
  it('is a body', () => {
    for (const text of [body, '{}', '', '\n{}', '[\n\n]', 'payload=%7B%7D'])
      expect(parseDelivery(text)).toEqual({ headers: {}, body: text });
  });

  it('is a request, with its host and its headers', () => {
    const text = `POST /webhooks/ours?x=1 HTTP/1.1\r\nX-Event-Key: repo:push\r\nEmpty:\r\n\r\n${body}`;
    expect(parseDelivery(text)).toEqual({
      host: 'ours',
      headers: { 'x-event-key': 'repo:push', empty: '' },
      body,
    });
  });

  it('is headers and a body', () => {
    expect(parseDelivery(`X-GitHub-Event: push\n\n${body}`)).toEqual({
      headers: { 'x-github-event': 'push' },
      body,
    });
  });
});
