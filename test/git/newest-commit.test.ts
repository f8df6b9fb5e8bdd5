import { expect, it } from 'vitest';
import { had, makeRemote, openGit, repositoryAt } from './workspace.js';

const commits: Readonly<Record<string, readonly [author: string, message: string, headers?: string]>> = {
  'an ordinary one': ['Ann <ann@example.org> 1700000000 +0000', 'Factor out earwax\n\nIt was in the way.\n'],
  'a zone to the east': ['Ann <ann@example.org> 1700000000 +0545', 'Beans\n'],
  'a zone to the west': ['Ann <ann@example.org> 1700000000 -0930', 'Beans\n'],
  'a subject on two lines, after a blank one': [
    'Ann <a@b.c> 1700000000 +0000',
    '\n \nBeans  \n  and ears\n\nMore.\n',
  ],
  'no message': ['Ann <a@b.c> 1700000000 +0000', ''],
  'no name': [' <a@b.c> 1700000000 +0000', 'Beans\n'],
  'a signature': [
    'Ann <a@b.c> 1700000000 +0000',
    'Beans\n',
    'gpgsig -----BEGIN SIGNATURE-----\n \n author Eve <e@b.c> 1 +0000\n -----END SIGNATURE-----\n',
  ],
  'another encoding': ['Ann <a@b.c> 1700000000 +0000', 'Beans\n', 'encoding ISO-8859-1\n'],
  'letters of all kinds': ['Jürgen Müller <j@b.c> 1700000000 +0200', 'Bohnen für “alle” \u{1f331}\n'],
};

it('tells the newest commit as git log does, whatever it looks like', async () => {
  const remote = await makeRemote({ 'pack.yaml': 'name: beans\n' });
  const tree = await remote.git('rev-parse', 'main^{tree}');
  const { git } = await openGit();
  const repository = repositoryAt(remote.url);
  for (const [what, [author, message, headers = '']] of Object.entries(commits)) {
    const text = `tree ${tree}\nauthor ${author}\ncommitter ${author}\n${headers}\n${message}`;
    const sha = await remote.write('commit', text);
    await remote.setBranch('main', sha);
    had(await git.fetch(repository));
    const [newest] = had(await git.log(repository, { from: undefined, to: sha, path: '', max: 1 }));
    const shown = await remote.git('log', '--max-count=1', '--format=%H%x00%an%x00%aI%x00%s%x00', sha);
    const [expected, name, at = '', subject] = shown.split('\0');
    // Newer versions of git write Z for the zone of London's winter.
    const time = at.replace(/Z$/, '+00:00');
    expect([what, newest?.sha, newest?.author, newest?.at.replace(/Z$/, '+00:00'), newest?.subject]).toEqual([
      what,
      expected,
      name,
      time,
      subject,
    ]);
  }
});
