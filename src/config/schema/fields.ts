import { z } from 'zod';
import { durationPattern, parseDuration } from '../../core/duration.js';
import { sentence } from '../../core/reason.js';

/** Text on one line that is not empty. */
export function text(description: string) {
  return z
    .string()
    .refine((value) => value.trim() !== '', { error: 'It must not be empty.' })
    .refine((value) => !hasControl(value), { error: 'It must be a single line without control characters.' })
    .describe(description);
}

function hasControl(value: string): boolean {
  return [...value].some((char) => char < ' ' || char === '\u007f');
}

/** A list of texts with at least one entry. */
export function texts(description: string, entry: string) {
  return z
    .array(text(entry))
    .min(1, { error: 'The list is empty: fill it in, or take the line away.' })
    .describe(description);
}

/** A length of time; milliseconds when read. */
export function duration(description: string) {
  return z
    .string({ error: (issue) => (typeof issue.input === 'number' ? unitMissing(issue.input) : undefined) })
    .transform((value, context) => {
      const result = parseDuration(value);
      if (result.ok && result.value > 0) return result.value;
      const message = result.ok ? 'It must be longer than nothing.' : sentence(result.refusal);
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .meta({ description, pattern: durationPattern.source, examples: ['12s', '10m', '1h30m', '2d'] });
}

function unitMissing(value: number): string {
  return `A duration needs its unit, such as ${Math.abs(value)}s or ${Math.abs(value)}m.`;
}

/** The name under which something stands in the config and is called in chat. */
export function name(description: string) {
  return text(description).regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, {
    error: 'A name has letters, digits, _ . and -, begins with none of . and -, and is at most 100 long.',
  });
}

/** The name of a branch. */
export function branch(description: string) {
  return text(description).refine(isBranchName, { error: 'Git allows no branch of this name.' });
}

const brokenBranch = /^[-/]|\.\.|[\s~^:?*[\\]|@\{|\/\/|[./]$|\.lock(?:\/|$)|(?:^|\/)\.|^@$/;

function isBranchName(value: string): boolean {
  return !brokenBranch.test(value);
}

/** The name of a channel; a # before it is dropped. */
export function channel(description: string) {
  return text(description)
    .transform((value) => value.replace(/^#/, ''))
    .meta({ description });
}

const secretError = 'takes { env: NAME } for an environment variable, or { file: path } for a file.';

/** Where a secret's value is found. */
export function secretSource(description: string) {
  const env = z.strictObject({
    env: text('The name of an environment variable.').regex(/^[A-Z_][A-Z0-9_]*$/, {
      error:
        'It takes the name of an environment variable in capitals, such as PACKS_TOKEN; never the secret itself.',
    }),
  });
  const file = z.strictObject({ file: text('The path of a file that holds nothing but the secret.') });
  return z.union([env, file], { error: `This ${secretError}` }).describe(description);
}
