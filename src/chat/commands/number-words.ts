import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { Asking, CommandText } from './command.js';

/** A deployment's number, said as `42` or `#42`; nothing where it was left out. */
export function readNumber(
  said: string | undefined,
  command: Pick<CommandText, 'example'>,
  { config }: Pick<Asking, 'config'>,
): Result<{ readonly deployment?: number }> {
  if (said === undefined) return ok({});
  const digits = /^#?(\d{1,9})$/u.exec(said)?.[1];
  if (digits !== undefined) return ok({ deployment: Number(digits) });
  const example = `${config.chat.prefix}${command.example}`;
  return refused(refuse('bad-number', { value: said.slice(0, 40), example }));
}
