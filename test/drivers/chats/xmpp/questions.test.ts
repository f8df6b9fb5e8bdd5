import { type Element, xml } from '@xmpp/client';
import { describe, expect, it } from 'vitest';
import { createQuestions } from '../../../../src/drivers/chat/xmpp/questions.js';

const forever = new Promise<void>(() => undefined);
const answerTo = (iq: Element | undefined, from: string, type = 'result') =>
  xml('iq', { id: iq?.attrs.id, from, type }, xml('told', { by: from }));

describe('a question on XMPP', () => {
  it('is answered by whom it was asked of, and by nobody else', async () => {
    const sent: Element[] = [];
    const { ask, take } = createQuestions(async (iq) => void sent.push(iq), {
      lost: forever,
      answerMs: 30_000,
    });
    const answer = ask(xml('iq', { type: 'get', to: 'ops@rooms.localhost' }));
    take(answerTo(sent[0], 'mallory@localhost/x'));
    take(answerTo(sent[0], 'ops@rooms.localhost', 'get'));
    take(answerTo(sent[0], 'ops@rooms.localhost'));
    expect((await answer).getChild('told')?.attrs.by).toBe('ops@rooms.localhost');
  });

  it('may be refused before it is known that it was sent', async () => {
    const refusal = xml('error', { type: 'cancel' }, xml('item-not-found'), xml('text', {}, 'no such room'));
    const { ask, take } = createQuestions(
      async (iq) => {
        take(xml('iq', { id: iq.attrs.id, type: 'error' }, refusal));
        await forever;
      },
      { lost: forever, answerMs: 30_000 },
    );
    await expect(ask(xml('iq', { type: 'get' }))).rejects.toMatchObject({ condition: 'item-not-found' });
  });

  it('ends with the connection, or when nobody answers', async () => {
    const asked = { send: async () => undefined };
    const dead = createQuestions(asked.send, { lost: Promise.resolve(), answerMs: 30_000 });
    await expect(dead.ask(xml('iq', { type: 'get' }))).rejects.toThrow('the connection was lost');
    const slow = createQuestions(asked.send, { lost: forever, answerMs: 1 });
    await expect(slow.ask(xml('iq', { type: 'get' }))).rejects.toThrow('no answer in time');
  });
});
