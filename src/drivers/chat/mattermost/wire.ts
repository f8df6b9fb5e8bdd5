import { z } from 'zod';

/** What stands in a path, where somebody else says it. */
const idSchema = z.string().regex(/^[a-z0-9]{26}$/);

/** An account. */
export const userSchema = z.object({ id: z.string(), username: z.string() });

/** A channel, as its members see it. */
export const channelSchema = z.object({
  id: z.string(),
  /** `O`pen, `P`rivate, `D`irect, or a `G`roup's. */
  type: z.string(),
  name: z.string(),
  display_name: z.string(),
  team_id: z.string(),
  /** When the last message was written there, in milliseconds since the epoch. */
  last_post_at: z.number().default(0),
});

/** A channel. */
export type Channel = z.output<typeof channelSchema>;

/** A team. */
export const teamSchema = z.object({ id: z.string(), name: z.string(), display_name: z.string() });

/** A message. */
export const postSchema = z.object({
  id: z.string(),
  create_at: z.number(),
  delete_at: z.number().default(0),
  user_id: z.string(),
  channel_id: z.string(),
  /** The first message of its thread; empty when it stands in none. */
  root_id: z.string().default(''),
  message: z.string().default(''),
  /** Empty for what somebody wrote. */
  type: z.string().default(''),
  props: z.record(z.string(), z.unknown()).nullish(),
});

/** A message. */
export type Post = z.output<typeof postSchema>;

/** Messages, newest first. */
export const postListSchema = z.object({
  order: z.array(z.string()),
  posts: z.record(z.string(), postSchema),
});

/** What clients are told of the server; all values are texts. */
export const clientConfigSchema = z.object({
  MaxPostSize: z.string().optional(),
  /** By which it can be proved what the server signed: DER in base64. */
  AsymmetricSigningPublicKey: z.string().optional(),
});

/** What comes over the websocket: an event, or an answer to what was sent. */
export const frameSchema = z.object({
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
  /** Counts the events of a connection, from 0. */
  seq: z.number().optional(),
  status: z.string().optional(),
});

/** An event or an answer. */
export type Frame = z.output<typeof frameSchema>;

/** The data of the event `posted`. */
export const postedSchema = z.object({
  post: z.string(),
  channel_type: z.string().default(''),
  /** With an `@` before it. */
  sender_name: z.string().default(''),
});

/** What is posted when a button was pressed. */
export const pressSchema = z.object({
  user_id: idSchema,
  user_name: z.string().default(''),
  channel_id: idSchema,
  post_id: idSchema,
  trigger_id: z.string().default(''),
  context: z.object({ value: z.string(), proof: z.string() }),
});

/** What is posted for a slash command. */
export const commandSchema = z.object({
  token: z.string(),
  user_id: idSchema,
  user_name: z.string().default(''),
  channel_id: idSchema,
  command: z.string(),
  text: z.string().default(''),
  trigger_id: z.string().default(''),
  root_id: z.string().default(''),
});
