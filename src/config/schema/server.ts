import { z } from 'zod';
import { channel, duration, text, texts } from './fields.js';

const portRange = 'It must be between 0 and 65535.';

/** The section `web:`. */
export const webSchema = z
  .strictObject({
    host: text('The address to listen on; 127.0.0.1 unless given.').optional(),
    port: z
      .int({ error: (issue) => (typeof issue.input === 'number' ? 'It takes a whole number.' : undefined) })
      .min(0, { error: portRange })
      .max(65_535, { error: portRange })
      .describe('The port to listen on; 7425 unless given. 0 takes any that is free.')
      .optional(),
    public_url: text('The address that links lead to, if it is not that of host and port.')
      .refine(isPlainHttpUrl, { error: 'It takes an address such as https://packtrain.example.com.' })
      .optional(),
  })
  .describe('How the web pages are served.');

function isPlainHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
}

/** The section `chat:`. */
export const chatSchema = z
  .strictObject({
    prefix: text('What stands before every command; ! unless given.')
      .refine((value) => !/\s/.test(value), { error: 'It must have no white space.' })
      .optional(),
    web: z
      .strictObject({
        channels: z
          .array(channel('The name of a channel.'))
          .min(1, { error: 'The web chat needs a channel.' })
          .describe('The channels of the web chat; general, and those that repositories name, unless given.')
          .optional(),
      })
      .describe('The chat on the web pages.')
      .optional(),
    formats: z
      .record(
        text('The name of a command.'),
        texts('More formats for this command.', 'An action-alias format.'),
      )
      .describe('Formats that you add to those of the commands, such as ship {{packs}}.')
      .optional(),
  })
  .describe('How chat is read.');

/** The section `queue:`. */
export const queueSchema = z
  .strictObject({
    confirm_within: duration(
      'How long a requester whose turn came has to confirm; 15m unless given.',
    ).optional(),
    phrases: z
      .array(z.string().min(1).describe('A phrase that is easy to say and to tell from the others.'))
      .min(1)
      .optional()
      .describe('The phrases that requesters are asked for, in place of the built-in ones.'),
  })
  .describe('How requests wait for each other.');

/** The section `log:`. */
export const logSchema = z
  .strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .describe('How much is logged; info unless given.')
      .optional(),
  })
  .describe('What is logged.');

/** `time_zone:`. */
export const timeZoneSchema = text("The time zone of what people read; the machine's unless given.").refine(
  isTimeZone,
  {
    error: 'It takes the name of a time zone such as Europe/Zurich or UTC.',
  },
);

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
