import { randomUUID } from 'node:crypto';
import type { Element } from '@xmpp/client';
import { refusedBy } from './errors.js';
import { bareOf } from './jid.js';

/** A question that was refused. */
export class QuestionRefused extends Error {
  override readonly name = 'QuestionRefused';
  /** What is the matter, as the specification calls it: `item-not-found`. */
  readonly condition: string;

  constructor(condition: string, words: string) {
    super(words);
    this.condition = condition;
  }
}

/** Questions over a stream, with their answers. */
export interface Questions {
  /** Asks, and gives the answer. Throws what was refused, or that no answer came. */
  ask(iq: Element): Promise<Element>;
  /** Takes an answer. */
  take(stanza: Element): void;
}

/**
 * Asks over a stream. The client's own way to ask brings the process down when a refusal is quicker than the word that the
 * question was sent.
 */
export function createQuestions(
  send: (element: Element) => Promise<void>,
  { lost, answerMs }: { readonly lost: Promise<void>; readonly answerMs: number },
): Questions {
  const asked = new Map<
    string,
    { readonly to: string | undefined; readonly settle: (answer: Element | Error) => void }
  >();
  void lost.then(() => {
    for (const { settle } of asked.values()) settle(new Error('the connection was lost'));
  });
  return {
    async ask(iq) {
      const id = randomUUID();
      iq.attrs.id = id;
      let timer: NodeJS.Timeout | undefined;
      const answer = new Promise<Element | Error>((settle) => {
        asked.set(id, { to: iq.attrs.to, settle });
        timer = setTimeout(settle, answerMs, new Error('no answer in time'));
        send(iq).catch((error: unknown) => settle(error instanceof Error ? error : new Error(String(error))));
      });
      const given = await answer;
      clearTimeout(timer);
      asked.delete(id);
      if (given instanceof Error) throw given;
      const refused = refusedBy(given);
      if (refused !== undefined) throw new QuestionRefused(refused.condition, refused.words);
      return given;
    },
    take(stanza) {
      const { type, id, from } = stanza.attrs;
      const question = /^(result|error)$/.test(type ?? '') ? asked.get(id ?? '') : undefined;
      if (question === undefined) return;
      // Our own server may leave out that it is the one who answers.
      const isFromThere =
        from === undefined || question.to === undefined || bareOf(from) === bareOf(question.to);
      if (isFromThere) question.settle(stanza);
    },
  };
}
