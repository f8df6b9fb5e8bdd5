import { z } from 'zod';
import type { ChatPlatformConfig } from '../../config.js';
import { text } from '../fields.js';

/** What the config knows of a platform: how its settings are written, and what is made of them. */
export interface ChatKind<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** Makes the settings of an entry that was found sound. `folder` is the config's, for relative paths. */
  build(entry: z.output<S>, folder: string): ChatPlatformConfig;
  /** Set where a channel is known by its id only: its name has to stand in `channels:`. */
  readonly needsChannelIds?: true;
}

/** `channels:` of an outside chat. */
export const channelsField = z
  .record(
    text('The name of a channel, as the config uses it.'),
    text("The platform's own id of the channel, in quotes."),
  )
  .describe(
    'Names of channels with the ids that the platform has for them, where it does not find them by name.',
  );

/** An address on the web. */
export function webAddress(description: string) {
  return text(description).refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    { error: 'It takes an address such as https://gateway.example.com/api.' },
  );
}

/** `api_url:` of an outside chat. */
export const apiUrlField = webAddress("The address of a gateway in front of the platform's API.");

/** The map of `channels:`; a # before a name is dropped. */
export function channelMap(entry: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(entry ?? {}).map(([name, id]) => [name.replace(/^#/, ''), id]));
}
