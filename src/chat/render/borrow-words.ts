import { code } from './markdown.js';

/** What the holder of a pack can say, as the end of a sentence. */
export function keepOrReturn(pack: string): string {
  return `${code(`pack extend ${pack} 30m`)} keeps it longer, ${code(`pack return ${pack}`)} gives it back.`;
}
