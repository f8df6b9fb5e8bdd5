import { z } from 'zod';
import type { PackStatus } from '../core/deployment.js';
import type { DeploymentEvent } from '../core/event.js';

/** A refusal as the server words it. */
export const failureSchema = z.object({
  code: z.string(),
  what: z.string(),
  next: z.string().default(''),
  exitCode: z.number().int().min(1).max(255),
});

/** What a command answers. */
export const answerSchema = z.object({
  /** Chat Markdown. */
  text: z.string(),
  data: z.unknown().optional(),
  deployment: z.number().int().optional(),
  refusal: failureSchema.optional(),
});

/** What a command answers. */
export type CommandAnswer = z.infer<typeof answerSchema>;

const packStatus = z.custom<PackStatus>((value) => typeof value === 'string');

/** A deployment as the server shows it; only what the command line looks at is checked, the rest is passed on. */
export const deploymentSchema = z.looseObject({
  deployment: z.looseObject({
    id: z.number().int(),
    status: z.string(),
    packs: z.array(z.looseObject({ pack: z.string(), status: packStatus })).default([]),
    /** What it has to do with other packs is passed on as it stands. */
    plan: z
      .looseObject({
        warnings: z.array(z.unknown()).optional(),
        chatopsLines: z.array(z.unknown()).optional(),
      })
      .optional(),
  }),
  /** Its reply as chat shows it. */
  text: z.string().optional(),
});

/** A deployment as the server shows it. */
export type ShownDeployment = z.infer<typeof deploymentSchema>;

/** Deployments, newest first. */
export const deploymentsSchema = z.object({ deployments: z.array(z.looseObject({ id: z.number().int() })) });

/** An event of a deployment as it comes over the wire. */
export const eventSchema = z.object({
  id: z.number().int(),
  deployment: z.number().int(),
  at: z.iso.datetime({ offset: true }),
  // A newer server may have kinds that this command line does not know; it then says nothing of them.
  event: z.custom<DeploymentEvent>((value) => z.looseObject({ kind: z.string() }).safeParse(value).success),
});

/** An event of a deployment as it comes over the wire; `at` is an ISO 8601 time. */
export type WireEvent = z.infer<typeof eventSchema>;

/** A message of a room, or what it became by an edit. */
export const roomMessageSchema = z.looseObject({
  id: z.coerce.string(),
  seq: z.number().int(),
  author: z.string(),
  fromBot: z.boolean(),
  text: z.string(),
  progress: z
    .object({
      done: z.number(),
      total: z.number(),
      since: z.iso.datetime({ offset: true }),
      until: z.iso.datetime({ offset: true }).nullish(),
    })
    .nullish(),
  /** The id of the line that this message answers. */
  replyTo: z.coerce.string().nullish(),
  deployment: z.number().int().nullish(),
  /** Whether this is the last word on what the line asked for. */
  ended: z.boolean().nullish(),
  /** Whether only we see it. */
  whisper: z.boolean().nullish(),
});

/** A message of a room, or what it became by an edit. */
export type RoomMessage = z.infer<typeof roomMessageSchema>;

/** What posting a line gives. */
export const postedSchema = z.looseObject({
  id: z.coerce.string(),
  /** False when the bot will not answer: the line was not for it. */
  answered: z.boolean().optional(),
});

/** What posting a line gives. */
export type PostedLine = z.infer<typeof postedSchema>;

/** The rooms that there are. */
export const roomsSchema = z.object({ rooms: z.array(z.looseObject({ name: z.string() })) });

/** A link that signs somebody in once. */
export const loginLinkSchema = z.object({ url: z.url() });

/** A delivery of a Git host, with what came of it. */
export const deliverySchema = z.looseObject({
  id: z.number().int(),
  host: z.string(),
  event: z.string().optional(),
  receivedAt: z.iso.datetime({ offset: true }),
  repositories: z.array(z.string()),
  outcome: z.object({ kind: z.string(), what: z.string() }).optional(),
});

/** A delivery of a Git host, with what came of it. */
export type ShownDelivery = z.infer<typeof deliverySchema>;

/** What taking a delivery gives, or looking at one again. */
export const lookedAtSchema = z.object({ delivery: deliverySchema });

/** Deliveries, newest first, and how many came since the server's start. */
export const deliveriesSchema = z.object({
  deliveries: z.array(deliverySchema),
  counts: z.record(
    z.string(),
    z.object({
      accepted: z.number(),
      repeated: z.number(),
      unsigned: z.number(),
      tooLarge: z.number(),
      putOff: z.number(),
    }),
  ),
});

/** Deliveries, newest first, and how many came since the server's start. */
export type ShownDeliveries = z.infer<typeof deliveriesSchema>;

/** What the chats of others have not taken. */
export const backlogSchema = z.object({
  platforms: z.array(z.string()),
  delayed: z.array(
    z.looseObject({
      platform: z.string(),
      channel: z.string(),
      waiting: z.number(),
      since: z.string(),
      problem: z.string().optional(),
      nextTryAt: z.string().optional(),
    }),
  ),
  undeliverable: z.array(
    z.looseObject({
      platform: z.string(),
      channel: z.string(),
      key: z.string(),
      at: z.string(),
      problem: z.string(),
    }),
  ),
});

/** What the chats of others have not taken. */
export type ShownBacklog = z.infer<typeof backlogSchema>;
