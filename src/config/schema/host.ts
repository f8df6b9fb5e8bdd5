import { z } from 'zod';
import { secretSource, text } from './fields.js';

/** The kinds of Git hosts that there are drivers for. */
export const hostKinds = [
  'github',
  'gitlab',
  'bitbucket-cloud',
  'bitbucket-server',
  'gitea',
  'generic',
] as const;

/** One entry of `hosts:`; its name is what stands behind /webhooks/. */
export const hostSchema = z
  .strictObject({
    kind: z
      .enum(hostKinds)
      .describe('What the host is; its name unless given. generic: a server that can post only JSON.')
      .optional(),
    domains: z
      .array(text('A name as in the addresses of remotes, such as git.example.com.'))
      .min(1)
      .describe("The names by which remotes are known to be of this host; the public service's unless given.")
      .optional(),
    webhook_secret: secretSource(
      'What deliveries are signed with; without it, deliveries are refused.',
    ).optional(),
    api_url: text("The address of the host's API, for a host of one's own.")
      .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
        error: 'It takes an address such as https://git.example.com/api/v4.',
      })
      .optional(),
    token: secretSource('The token for the API; without it, checks come by webhooks alone.').optional(),
    username: text('The user name sent with the token, where the host wants one.').optional(),
    ca_file: text('The file of the certificate authority to trust besides the usual ones.').optional(),
    commit_status: z
      .boolean()
      .describe('Whether deployments are shown on their commits; true unless given, where there is a token.')
      .optional(),
    deployment_records: z
      .boolean()
      .describe("Whether the host's own records of deployments are kept; false unless given.")
      .optional(),
  })
  .describe('A Git host that sends webhooks and is asked about checks.');

/** An entry of `hosts:` as it was read. */
export type HostEntry = z.output<typeof hostSchema>;
