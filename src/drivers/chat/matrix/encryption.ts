import type { Log } from '../../../core/log.js';
import type { Api } from './api.js';
import { MatrixRefusal } from './errors.js';
import { anyAnswer } from './events.js';
import { platform } from './settings.js';

/** Asks whether a room is encrypted. */
export async function isEncrypted(api: Api, room: string): Promise<boolean> {
  try {
    await api.get({ path: ['rooms', room, 'state', 'm.room.encryption'], schema: anyAnswer });
    return true;
  } catch (error) {
    if (error instanceof MatrixRefusal && error.status === 404 && error.code !== '') return false;
    throw error;
  }
}

/** Tells of each encrypted room once. */
export function encryptionNotice(log: Log): (room: string) => void {
  const told = new Set<string>();
  return (room) => {
    if (!told.has(room))
      log.warn(
        { platform, room },
        'a room is encrypted: Packtrain neither reads nor speaks there; make one without encryption',
      );
    told.add(room);
  };
}
