import { adoptableCommand, adoptCommand } from './adopt.js';
import { previewCommand, rewordCommand, skipCommand } from './announce.js';
import { cancelCommand } from './cancel.js';
import { cloneCommand } from './clone.js';
import type { Command } from './command.js';
import { confirmCommand } from './confirm.js';
import { deferCommand } from './defer.js';
import { deployCommand } from './deploy.js';
import { diffCommand } from './diff.js';
import { extendCommand } from './extend.js';
import { giveCommand } from './give.js';
import { helpCommand } from './help.js';
import { historyCommand } from './history.js';
import { linkCommand, unlinkCommand, whoAmICommand } from './link.js';
import { listCommand } from './list.js';
import { lockCommand } from './lock.js';
import { loginCommand } from './login.js';
import { queueCommand } from './queue.js';
import { returnCommand } from './return.js';
import { rollbackCommand } from './rollback.js';
import { statusCommand } from './status.js';
import { stealCommand } from './steal.js';
import { unlockCommand } from './unlock.js';
import { whoCommand } from './who.js';
import { whyCommand } from './why.js';

/** Every command, in the order in which help lists them. */
export const commandTable: readonly Command[] = [
  deployCommand,
  diffCommand,
  statusCommand,
  whyCommand,
  whoCommand,
  returnCommand,
  extendCommand,
  giveCommand,
  stealCommand,
  lockCommand,
  unlockCommand,
  rollbackCommand,
  queueCommand,
  confirmCommand,
  deferCommand,
  cancelCommand,
  previewCommand,
  rewordCommand,
  skipCommand,
  adoptableCommand,
  adoptCommand,
  historyCommand,
  listCommand,
  cloneCommand,
  loginCommand,
  linkCommand,
  unlinkCommand,
  whoAmICommand,
  helpCommand,
];
