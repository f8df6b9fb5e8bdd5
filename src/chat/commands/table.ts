import { cancelCommand } from './cancel.js';
import { cloneCommand } from './clone.js';
import type { Command } from './command.js';
import { deployCommand } from './deploy.js';
import { diffCommand } from './diff.js';
import { helpCommand } from './help.js';
import { historyCommand } from './history.js';
import { listCommand } from './list.js';
import { loginCommand } from './login.js';
import { queueCommand } from './queue.js';
import { rollbackCommand } from './rollback.js';
import { statusCommand } from './status.js';

/** Every command, in the order in which help lists them. */
export const commandTable: readonly Command[] = [
  deployCommand,
  diffCommand,
  statusCommand,
  rollbackCommand,
  queueCommand,
  cancelCommand,
  historyCommand,
  listCommand,
  cloneCommand,
  loginCommand,
  helpCommand,
];
