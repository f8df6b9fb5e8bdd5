import { z } from 'zod';
import type { Refusal } from '../../../core/reason.js';
import { ok, type Result } from '../../../core/result.js';
import type { Station } from './ground.js';

/** An execution that carries a mark, by which it is found again when the answer to its request was lost. */
export interface Marked {
  readonly action: string;
  readonly parameters: object;
  readonly mark: string;
}

const started = z.looseObject({ id: z.string() });

/** Starts an action. @returns the execution's id */
export async function startMarked(
  { api }: Station,
  { action, parameters, mark }: Marked,
): Promise<Result<string>> {
  const post = (body: object) => api.read('POST', '/executions', { body, schema: started });
  const marked = await post({ action, parameters, context: { packtrain: mark } });
  // A refused request has started nothing. A server that takes no context gets none.
  const takesNoMark = !marked.ok && isAboutContext(marked.refusal);
  const answer = takesNoMark ? await post({ action, parameters }) : marked;
  return answer.ok ? ok(answer.value.id) : answer;
}

function isAboutContext(refusal: Refusal): boolean {
  return refusal.code === 'st2-refused' && /\bcontext\b/.test(refusal.params.detail);
}

const listed = z.looseObject({
  id: z.string(),
  context: z.looseObject({ packtrain: z.unknown() }).optional().catch(undefined),
});
const newest = 100;

/**
 * The execution that carries a mark, among the newest of its action; undefined when there is none, or when the server
 * keeps no marks or can't be asked for them.
 */
export async function findMarked(
  { api }: Station,
  { action, mark }: Omit<Marked, 'parameters'>,
): Promise<Result<string | undefined>> {
  const path = `/executions?action=${action}&include_attributes=context,status&limit=${newest}`;
  // The newest executions are the first.
  const list = await api.read('GET', path, { schema: z.array(listed) });
  if (list.ok) return ok(list.value.find(({ context }) => context?.packtrain === mark)?.id);
  const { code } = list.refusal;
  return code === 'st2-refused' || code === 'st2-knows-not' || code === 'st2-odd-answer'
    ? ok(undefined)
    : list;
}
