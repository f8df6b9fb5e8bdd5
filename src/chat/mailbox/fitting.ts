import type { ChatCapabilities, OutgoingMessage } from '../../core/chat.js';
import type { DuePost } from '../../store/chat-posts.js';
import { shorten } from './shorten.js';

const inFile = '…all of it is in the file.';

/**
 * A message as far as its platform can take it, so that no driver has to leave anything out: without what it has no means
 * for, and with a text that is too long cut; all of it is in a file then, or on the page of an address.
 */
export function fitting(
  { message, messageId }: Pick<DuePost, 'message' | 'messageId'>,
  can: ChatCapabilities,
  page: string | undefined,
): OutgoingMessage {
  const { buttons, file: own, ...plain } = message;
  const isFinal = message.isUnfinished !== true;
  // A file can't be changed later, so what is still to be edited gets none.
  const takesFile = can.files === true && own === undefined && messageId === undefined && isFinal;
  const more = takesFile ? inFile : page === undefined ? '…' : `…[all of it](${page})`;
  const text = shorten(message.text, can, more);
  const file = takesFile && text !== message.text ? { name: 'message.md', text: message.text } : own;
  return {
    ...plain,
    text,
    ...(can.buttons === true && buttons !== undefined ? { buttons } : {}),
    ...(can.files === true && file !== undefined ? { file } : {}),
  };
}
