import type { Command } from 'commander';
import type { Session } from './session.js';

/** Runs what a command does in a session made from its options, and keeps the exit code that it gives. */
export type Run = (command: Command, work: (session: Session) => Promise<number>) => Promise<void>;

/** Adds one command, or a few that belong together, to the program. */
export type AddCommand = (program: Command, run: Run) => void;
