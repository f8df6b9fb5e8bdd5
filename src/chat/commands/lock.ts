import type { LockIntent } from '../../core/intent.js';
import { refuse } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import type { Asking, IntentCommand, Values } from './command.js';
import { readScope } from './scope-words.js';
import { readDuration, readTime } from './time-words.js';

/** `pack lock`: holds packs against everybody else. */
export const lockCommand: IntentCommand = {
  kind: 'intent',
  name: 'lock',
  words: 'pack lock',
  formats: [
    {
      display: 'pack lock {{scope}} because {{because}}',
      representation: ['pack lock {{scope}} because {{because}}'],
    },
    {
      display: 'pack lock {{scope}} for {{for}} because {{because}}',
      representation: ['pack lock {{scope}} for {{for}} because {{because}}'],
    },
    {
      display: 'pack lock {{kind}} {{scope}} because {{because}}',
      representation: [
        'pack lock {{kind}} {{scope}} because {{because}}',
        'pack lock {{kind}} {{scope}} for {{for}} because {{because}}',
      ],
    },
  ],
  params: [
    { name: 'scope', label: 'what to lock (a pack, a repository or `*`)', isRequired: true },
    { name: 'because', label: 'why', isRequired: true, keyword: 'because', isText: true },
    { name: 'for', label: 'how long', keyword: 'for' },
    { name: 'kind', label: '`pack` or `repository`' },
  ],
  help: 'holds a pack, a repository or everything (`*`) against everybody else until you unlock it',
  example: 'pack lock beans for 2h because the grinder is being cleaned',
  intent,
};

const longestReason = 300;

async function intent(values: Values, asking: Asking): Promise<Result<LockIntent>> {
  const scope = await readScope(values, 'lock', asking);
  if (!scope.ok) return scope;
  const { because, time } = reasonAndTime(values);
  if (because.length > longestReason) return refused(refuse('reason-too-long', { most: longestReason }));
  const duration = readTime(time);
  return duration.ok ? ok({ kind: 'lock', scope: scope.value, because, ...duration.value }) : duration;
}

/** The reason and the time, which people also say last: `because of the migration for 2h`. */
function reasonAndTime({ because = '', for: time }: Values): { because: string; time: string | undefined } {
  const [, reason, last] = /^(.+\S) for (\S+)$/iu.exec(because) ?? [];
  if (time !== undefined || reason === undefined || last === undefined || !readDuration(last).ok)
    return { because, time };
  return { because: reason, time: last };
}
