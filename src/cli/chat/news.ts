import type { RoomMessage } from '../contract.js';

/** Makes what tells whether a message shows anything new: a mark that the bot has taken a line is no edit to read. */
export function createNewsFilter(): (message: RoomMessage) => boolean {
  const shown = new Map<string, string>();
  return (message) => {
    const { id, text, progress, ended } = message;
    const now = JSON.stringify([text, progress, ended]);
    const isNews = shown.get(id) !== now;
    shown.set(id, now);
    return isNews;
  };
}
