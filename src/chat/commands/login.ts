import { renderLogin } from '../render/small.js';
import type { QueryCommand } from './command.js';

/** `pack login`: a link that signs the asker in to the web pages; nobody else sees it. */
export const loginCommand: QueryCommand = {
  kind: 'query',
  name: 'login',
  words: 'pack login',
  formats: [{ display: 'pack login', representation: ['pack login'] }],
  params: [],
  help: 'gives you a link that signs you in to the web pages',
  example: 'pack login',
  async answer(_values, { createLoginLink, actor }) {
    const url = await createLoginLink(actor);
    return { text: renderLogin(url), data: { url }, isPrivate: true };
  },
};
