import type { Command } from 'commander';
import type { AddCommand, Run } from '../add-command.js';
import { lineOf, namedPart } from '../chat-line.js';
import { askIntent, askLine } from '../request.js';

/** `packtrain announce`: the news for the people who use the packs, before they go out. */
export const announceCommand: AddCommand = (program, run) => {
  const announce = program
    .command('announce')
    .description('the news for the people who use the packs, before they go out');
  addPreview(announce, run);
  announce
    .command('reword')
    .description('say the news of a pack in your words before they go out')
    .argument('<pack>')
    .argument('<words...>', 'what is to be said')
    .action((pack: string, words: readonly string[], _flags: object, command) =>
      run(command, (session) =>
        askIntent(session, { kind: 'reword', pack: plain(pack), words: words.join(' ') }),
      ),
    );
  announce
    .command('skip')
    .description('leave a pack out of the news that are about to go out')
    .argument('<pack>')
    .action((pack: string, _flags: object, command) =>
      run(command, (session) => askIntent(session, { kind: 'skip', pack })),
    );
};

function addPreview(announce: Command, run: Run): void {
  announce
    .command('preview')
    .description('show the news of a pack as they would be announced')
    .argument('<pack>')
    .argument('[branch]', 'what would be told of this branch')
    .option('--repository <name>', 'the repository, where the pack is not live')
    .action((pack: string, branch: string | undefined, flags: { repository?: string }, command) =>
      run(command, (session) => {
        const of = flags.repository === undefined ? [] : [namedPart('of', flags.repository)];
        const at = branch === undefined ? [] : [namedPart('branch', branch)];
        return askLine(session, [lineOf('announce preview', [pack]), ...of, ...at].join(' '));
      }),
    );
}

/** In chat a colon stands between the pack and the words, so people write it here too. */
function plain(pack: string): string {
  return pack.replace(/:$/, '');
}
