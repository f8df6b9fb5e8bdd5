import type { Migration } from 'kysely';
import { deployments } from './0001-deployments.js';
import { web } from './0002-web.js';
import { borrow } from './0003-borrow.js';
import { waits } from './0004-waits.js';
import { deliveries } from './0005-deliveries.js';
import { checks } from './0006-checks.js';
import { pushes } from './0007-pushes.js';
import { announcements } from './0008-announcements.js';
import { installation } from './0009-installation.js';
import { chats } from './0010-chats.js';
import { drift } from './0011-drift.js';
import { settledNotices } from './0012-settled-notices.js';
import { chatStages } from './0013-chat-stages.js';
import { linkedAccounts } from './0014-linked-accounts.js';
import { pushers } from './0015-pushers.js';

/** Packtrain's migrations, run in the order of their names. A name never changes once it was released. */
export const migrations: Record<string, Migration> = {
  '0001-deployments': deployments,
  '0002-web': web,
  '0003-borrow': borrow,
  '0004-waits': waits,
  '0005-deliveries': deliveries,
  '0006-checks': checks,
  '0007-pushes': pushes,
  '0008-announcements': announcements,
  '0009-installation': installation,
  '0010-chats': chats,
  '0011-drift': drift,
  '0012-settled-notices': settledNotices,
  '0013-chat-stages': chatStages,
  '0014-linked-accounts': linkedAccounts,
  '0015-pushers': pushers,
};
