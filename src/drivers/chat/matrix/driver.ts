import type { ChatAdapter, IncomingMessage } from '../../../core/chat.js';
import type { OutsideChat, OutsideChatParts } from '../../../core/outside-chat.js';
import { type Connection, holdConnection } from '../sdk/connect.js';
import { createAccount } from './account.js';
import { createApi } from './api.js';
import { channelFinder } from './channels.js';
import { createDirects } from './directs.js';
import { encryptionNotice } from './encryption.js';
import { createJoining } from './joining.js';
import { createRooms } from './rooms.js';
import { openSession } from './session.js';
import { type MatrixSettings, platform } from './settings.js';
import { createVoice } from './voice.js';

/** Opens a Matrix account, by the client-server API. Throws when its token is not there. */
export async function open(settings: MatrixSettings, parts: OutsideChatParts): Promise<OutsideChat> {
  const { homeserver, accessToken, caFile, firstPauseMs } = settings;
  const { secret, clock, log } = parts;
  // Read so that one that is missing is told of at once; read anew for each call.
  await secret(accessToken);
  const api = createApi({ homeserver, caFile, clock, token: () => secret(accessToken) });
  const account = createAccount(api);
  const rooms = createRooms();
  const directs = createDirects(api, rooms, account);
  const joining = createJoining({ settings, api, rooms, directs, log });
  const tellEncrypted = encryptionNotice(log);
  const connect = async (onMessage: (message: IncomingMessage) => Promise<void>): Promise<Connection> =>
    await openSession({ ...parts, api, rooms, joining, tellEncrypted, own: await account.ask(), onMessage });

  let held: { readonly close: () => Promise<void> } | undefined;
  const adapter: ChatAdapter = {
    platform,
    capabilities: {
      edit: true,
      // With all that is written twice and escaped, below the 65,536 bytes of an event.
      maxLength: 4_000,
      threads: true,
      mentions: true,
      whispers: 'direct',
    },
    async start(onMessage) {
      held = await holdConnection({ platform, log, connect: () => connect(onMessage), firstPauseMs });
    },
    async stop() {
      await held?.close();
    },
    ...createVoice({ api, rooms, directs }),
    ...channelFinder({ api, rooms, account, tellEncrypted, log }),
  };
  return { adapter };
}
