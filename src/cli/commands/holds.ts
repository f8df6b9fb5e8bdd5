import type { AddCommand } from '../add-command.js';
import { lineOf, namedPart, textLine } from '../chat-line.js';
import { askLine, requestDeployment } from '../request.js';

/** `packtrain return`: gives a borrowed pack back, and watches. */
export const returnCommand: AddCommand = (program, run) => {
  program
    .command('return')
    .description('give a borrowed pack back to its default branch, and watch until it is live')
    .argument('<pack>')
    .argument('[now]', '"now" takes what was live before, without asking the remote')
    .option('--target <name>', 'the target, where a pack is live on more than one')
    .option('--no-wait', 'do not watch; end as soon as it is in the queue')
    .action((pack: string, now: string | undefined, flags: { target?: string; wait: boolean }, command) =>
      run(command, (session) => {
        const on = flags.target === undefined ? [] : [namedPart('on', flags.target)];
        const line = [lineOf('return', [pack]), ...on, ...(now === undefined ? [] : [now])].join(' ');
        return requestDeployment(session, { line }, flags.wait);
      }),
    );
};

/** `packtrain extend`: keeps a borrowed pack for longer. */
export const extendCommand: AddCommand = (program, run) => {
  program
    .command('extend')
    .description('keep a pack that you borrowed for longer: 30m, 2h, or overnight')
    .argument('<pack>')
    .argument('<by>', 'how much longer')
    .option('--force', 'beyond the configured most (admins only)')
    .action((pack: string, by: string, flags: { force?: boolean }, command) =>
      run(command, (session) => {
        const line = lineOf('extend', [pack, by]);
        return askLine(session, flags.force === true ? `${line} force=true` : line);
      }),
    );
};

/** `packtrain give`: hands a borrowed pack over. */
export const giveCommand: AddCommand = (program, run) => {
  program
    .command('give')
    .description('hand a pack that you borrowed over to somebody else')
    .argument('<pack>')
    .argument('<words...>', '[to] PERSON')
    .action((pack: string, words: readonly string[], _flags: object, command) =>
      run(command, (session) => {
        const [first, ...rest] = words;
        return askLine(session, lineOf('give', [pack, ...(first === 'to' ? rest : words)]));
      }),
    );
};

/** `packtrain steal`: takes a borrowed pack from its holder. */
export const stealCommand: AddCommand = (program, run) => {
  program
    .command('steal')
    .description('take a borrowed pack from its holder, who is told; for those whom the config allows')
    .argument('<pack>')
    .action((pack: string, _flags: object, command) =>
      run(command, (session) => askLine(session, lineOf('steal', [pack]))),
    );
};

const lockExamples = `
Examples:
  packtrain lock beans because the grinder is being cleaned
  packtrain lock repository house-packs for 2h because migration
  packtrain lock everything because migration       (or '*' in quotes: your shell takes a bare one)`;

/** `packtrain lock`: holds packs against everybody else. */
export const lockCommand: AddCommand = (program, run) => {
  program
    .command('lock')
    .description('hold a pack, a repository or everything against everybody else until you unlock it')
    .argument('<words...>', 'PACK|REPOSITORY|everything [for 2h] because WHY, as in chat')
    .addHelpText('after', lockExamples)
    .action((words: readonly string[], _flags: object, command) =>
      run(command, (session) => askLine(session, textLine('lock', words))),
    );
};

/** `packtrain unlock`: ends a lock. */
export const unlockCommand: AddCommand = (program, run) => {
  program
    .command('unlock')
    .description('end a lock')
    .argument('<words...>', '[pack|repository] PACK|REPOSITORY|everything')
    .action((words: readonly string[], _flags: object, command) =>
      run(command, (session) => askLine(session, textLine('unlock', words))),
    );
};
