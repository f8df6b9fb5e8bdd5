import { z } from 'zod';
import { accessRuleSchema, linkingSchema, personSchema } from './access.js';
import { announcementsSchema } from './announcements.js';
import { apiSchema } from './api.js';
import { chatsSchema } from './chats/registry.js';
import { name, text } from './fields.js';
import { hostSchema } from './host.js';
import { repositorySchema } from './repository.js';
import { chatSchema, logSchema, queueSchema, timeZoneSchema, webSchema } from './server.js';
import { targetSchema } from './target.js';

const person = text('The name of a person, or an account as platform:id.');

/** `packtrain.yaml` as it is written. References between its parts are looked at in `checks/`. */
export const fileSchema = z
  .strictObject({
    repositories: z
      .record(name('The name of a repository, as people say it in chat.'), repositorySchema)
      .describe('The Git remotes that packs come from.'),
    targets: z
      .record(name('The name of a target.'), targetSchema)
      .describe('Where packs go live; one directory, /opt/stackstorm/packs, unless given.')
      .optional(),
    hosts: z
      .record(name('The name of a host, as it stands behind /webhooks/.'), hostSchema)
      .describe('The Git hosts that send webhooks and are asked about checks.')
      .optional(),
    admins: z
      .array(person)
      .describe('Those who may do everything that no rule denies, by force too.')
      .optional(),
    groups: z
      .record(name('The name of a group.'), z.array(person).describe('Its members.'))
      .describe('Groups of people, for access rules.')
      .optional(),
    people: z
      .record(name('The name of a person.'), personSchema)
      .describe('The people, with the accounts by which they are known.')
      .optional(),
    linking: linkingSchema.optional(),
    access: z
      .array(accessRuleSchema)
      .describe('Who may do what. Deny wins; the first allow rule closes what no rule allows.')
      .optional(),
    web: webSchema.optional(),
    api: apiSchema.optional(),
    chat: chatSchema.optional(),
    chats: chatsSchema.optional(),
    queue: queueSchema.optional(),
    announcements: announcementsSchema.optional(),
    log: logSchema.optional(),
    time_zone: timeZoneSchema.optional(),
  })
  .describe('The configuration of Packtrain.');

/** The whole file as it was read. */
export type FileEntry = z.output<typeof fileSchema>;
