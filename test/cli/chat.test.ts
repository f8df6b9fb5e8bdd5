import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Conversation, createConversation } from '../../src/cli/chat/conversation.js';
import { rowsOf } from '../../src/cli/chat/screen.js';
import type { RoomMessage } from '../../src/cli/contract.js';
import { type FakeServer, startFakeServer } from './fake-server.js';
import { openShell, type Shell } from './fixture.js';

let shell: Shell;
let server: FakeServer;

beforeEach(async () => {
  shell = await openShell();
  server = await startFakeServer(shell.data);
});

afterEach(async () => {
  await server.stop();
  await shell.leave();
});

const since = '2026-03-14T12:00:00Z';

/** The bot answers with a message that shows a deployment, and edits it until it is live. */
function answerWithDeployment(line: { id: string; room: string }, deployment: number): void {
  const message = {
    id: `bot-${deployment}`,
    author: 'Packtrain',
    fromBot: true,
    replyTo: line.id,
    deployment,
  };
  const progress = { done: 0, total: 4, since };
  server.tell(line.room, 'message', {
    ...message,
    text: `#${deployment} *beans* queued`,
    progress,
    ended: false,
  });
  setTimeout(() => {
    const now = { done: 2, total: 4, since };
    server.tell(line.room, 'edit', {
      ...message,
      text: `#${deployment} *beans*…`,
      progress: now,
      ended: false,
    });
  }, 20);
  setTimeout(() => {
    const end = { done: 4, total: 4, since, until: '2026-03-14T12:00:02Z' };
    server.tell(line.room, 'edit', {
      ...message,
      text: `#${deployment} *beans* is live`,
      progress: end,
      ended: true,
    });
  }, 60);
}

function answerWith(line: { id: string; room: string }, text: string): void {
  const message = { id: `answer-${line.id}`, author: 'Packtrain', fromBot: true, replyTo: line.id };
  server.tell(line.room, 'message', { ...message, text, ended: true });
}

describe('a story that is piped in', () => {
  it('ends once all that it asked for has ended, and every message and edit was printed', async () => {
    server.onLine = (line) => answerWithDeployment(line, 42);
    shell.stdin.end('!pack deploy house-packs beans\n');

    expect(await shell.run('chat', '--as', 'bob', '--channel', '#ops')).toBe(0);

    expect(shell.out()).toBe(
      [
        'bob: !pack deploy house-packs beans',
        'Packtrain: #42 *beans* queued',
        '░░░░░░░░░░░░░░░░░░░░ 0/4 10s',
        'Packtrain (edit): #42 *beans*…',
        '██████████░░░░░░░░░░ 2/4 10s',
        'Packtrain (edit): #42 *beans* is live',
        '████████████████████ 4/4 2.0s',
        '',
      ].join('\n'),
    );
    expect(server.got.filter(({ path }) => path.endsWith('/messages'))[0]?.body).toMatchObject({ as: 'bob' });
  });

  it('says many lines in their order and waits for the slowest answer', async () => {
    server.onLine = (line) =>
      line.text.includes('deploy')
        ? answerWithDeployment(line, 42)
        : void setTimeout(() => answerWith(line, `About ${line.text}`), 150);
    shell.stdin.end('!pack deploy house-packs beans\n\n!pack status\r\n!pack queue');

    expect(await shell.run('chat', '--json')).toBe(0);

    const objects = shell.objects();
    const said = objects.filter(({ fromBot }) => fromBot === false).map(({ text }) => text);
    expect(said).toEqual(['!pack deploy house-packs beans', '!pack status', '!pack queue']);
    expect(objects.at(-1)).toMatchObject({ kind: 'message', id: 'answer-3', text: 'About !pack queue' });
    expect(objects.filter(({ kind }) => kind === 'edit').map(({ id }) => id)).toEqual(['bot-42', 'bot-42']);
  });

  it('does not wait for an answer to what is not for the bot', async () => {
    server.isForBot = (text) => text.startsWith('!');
    shell.stdin.end('good morning all\n');

    expect(await shell.run('chat')).toBe(0);
    expect(shell.out()).toBe('ann: good morning all\n');
  });

  it('is at its end at once when it is empty', async () => {
    shell.stdin.end();

    expect(await shell.run('chat')).toBe(0);
    expect(shell.out()).toBe('');
  });

  it('waits as long as its input is open', async () => {
    server.onLine = (line) => answerWith(line, 'Here.');
    const code = shell.run('chat');
    shell.stdin.write('!pack status\n');
    await shell.shows('Packtrain: Here.');
    shell.stdin.write('!pack queue\n');
    await shell.shows('ann: !pack queue');
    shell.stdin.end();

    expect(await code).toBe(0);
  });

  it('takes a whisper for the answer to its line', async () => {
    server.onLine = ({ id, room }) =>
      server.tell(room, 'message', {
        id: 'wkey',
        author: 'Packtrain',
        fromBot: true,
        replyTo: id,
        text: 'Sign in: http://127.0.0.1/login?token=x',
        whisper: true,
        ended: true,
      });
    shell.stdin.end('!pack login\n');

    expect(await shell.run('chat')).toBe(0);
    expect(shell.out()).toContain('token=x');
  });

  it('goes on when the server is restarted in the middle', async () => {
    server.onLine = (line) => {
      const message = { id: 'bot-42', author: 'Packtrain', fromBot: true, replyTo: line.id, deployment: 42 };
      server.tell(line.room, 'message', { ...message, text: '#42 queued', ended: false });
    };
    shell.stdin.end('!pack deploy house-packs\n');
    const code = shell.run('chat');
    await shell.shows('#42 queued');

    await server.stop();
    const last = {
      id: 'bot-42',
      author: 'Packtrain',
      fromBot: true,
      replyTo: '1',
      deployment: 42,
      ended: true,
    };
    server.tell('general', 'edit', { ...last, text: '#42 is live' });
    await server.listen(shell.data);

    expect(await code).toBe(0);
    expect(shell.out()).toContain('Packtrain (edit): #42 is live');
    expect(shell.out().match(/ann: /g)).toHaveLength(1);
  });

  it('ends though an answer that only speaks of an ended deployment is never edited', async () => {
    server.happen(42, { kind: 'ended', status: 'succeeded' });
    server.onLine = (line) => {
      const message = {
        id: 'about-42',
        author: 'Packtrain',
        fromBot: true,
        replyTo: line.id,
        deployment: 42,
      };
      server.tell(line.room, 'message', { ...message, text: '#42 was live already', ended: false });
    };
    shell.stdin.end('!pack cancel 42\n');
    // Every two seconds it asks what has become of it: each of them passes in a moment.
    const hurry = setInterval(() => vi.advanceTimersByTime(2_000), 20);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      expect(await shell.run('chat')).toBe(0);
    } finally {
      vi.useRealTimers();
      clearInterval(hurry);
    }
  });

  it('is left by Ctrl-C', async () => {
    const code = shell.run('chat');
    shell.stdin.write('!pack status\n');
    await shell.shows('!pack status');

    shell.interrupt();

    expect(await code).toBe(130);
  });

  it('is told when there is no such room', async () => {
    shell.stdin.end('!pack status\n');

    expect(await shell.run('chat', '--channel', 'attic')).toBe(3);
    expect(shell.err()).toContain('There is no room attic.');
  });
});

describe('ann at a terminal', () => {
  beforeEach(() => shell.atTerminal());

  it('types, sees what is said above her prompt, and her own line only once', async () => {
    shell.env.NO_COLOR = '1';
    server.onLine = (line) => answerWith(line, 'The *beans* are live.');
    const code = shell.run('chat', '--channel', 'ops');
    await shell.shows('ann@ops> ');
    shell.stdin.write('!pack status beans\r');
    await shell.shows('Packtrain: The beans are live.\n');
    shell.stdin.write('\u0004');

    expect(await code).toBe(0);
    expect(shell.out()).not.toContain('ann: !pack status beans');
  });

  it('hears others while she types, and what she typed stays', async () => {
    const code = shell.run('chat');
    await shell.shows('ann@general');
    shell.stdin.write('!pack dep');
    await shell.shows('!pack dep');
    server.tell('general', 'message', { id: '9', author: 'bob', fromBot: false, text: 'morning' });
    await shell.shows('morning');
    shell.stdin.write('\u0003');

    expect(await code).toBe(0);
    expect(shell.out().split('morning').at(-1)).toContain('!pack dep');
  });

  it('completes commands and the names that were said', async () => {
    server.onCommand = () => ({ text: 'There is *house-packs*.' });
    const code = shell.run('chat');
    await shell.shows('ann@general');
    // One key at a time: what comes at once is taken for pasted, in which a tab is a tab.
    for (const keys of ['!pack depl', '\t', 'hou', '\t']) {
      shell.stdin.write(keys);
      await new Promise(setImmediate);
    }
    shell.stdin.write('\r');
    await server.said('!pack deploy house-packs');
    shell.stdin.write('\u0003');

    expect(await code).toBe(0);
  });

  it('sees the last message drawn anew in its place while it is edited', async () => {
    server.onLine = (line) => answerWithDeployment(line, 42);
    const code = shell.run('chat');
    await shell.shows('ann@general');
    shell.stdin.write('!pack deploy house-packs beans\r');
    await shell.shows('is live');
    shell.stdin.write('\u0004');

    expect(await code).toBe(0);
    // Up over the message and its bar, then everything below is cleared.
    expect(shell.out()).toContain('\u001b[2A\u001b[1G\u001b[0J');
  });
});

describe('the book of a conversation', () => {
  const reply = (id: string, replyTo: string, ended: boolean): RoomMessage => ({
    id,
    seq: 1,
    author: 'Packtrain',
    fromBot: true,
    text: '',
    replyTo,
    deployment: 1,
    ended,
  });
  const heardLine = (id: string): RoomMessage => ({ id, seq: 1, author: 'ann', fromBot: false, text: '' });

  interface Line {
    readonly hasAnswer: boolean;
    readonly hasEnded: boolean;
    readonly isHeardFirst: boolean;
  }

  function happen(conversation: Conversation, id: string, line: Line): void {
    const ask = () => conversation.asked({ id, answered: true });
    if (!line.isHeardFirst) ask();
    conversation.heard(heardLine(id));
    if (line.hasAnswer) conversation.heard(reply(`bot-${id}`, id, false));
    if (line.hasAnswer && line.hasEnded) conversation.heard(reply(`bot-${id}`, id, true));
    if (line.isHeardFirst) ask();
  }

  it('is settled exactly when every line has its answer and every answer its last word, in any order', () => {
    const line = fc.record({ hasAnswer: fc.boolean(), hasEnded: fc.boolean(), isHeardFirst: fc.boolean() });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const conversation = createConversation();
        for (const [index, one] of lines.entries()) happen(conversation, String(index), one);
        expect(conversation.isSettled()).toBe(lines.every((one) => one.hasAnswer && one.hasEnded));
      }),
    );
  });

  it('leaves out what others asked', () => {
    const conversation = createConversation();
    conversation.heard(reply('bot-1', "somebody else's", false));
    expect(conversation.isSettled()).toBe(true);
  });
});

describe('the rows of a text on a terminal', () => {
  it.each([
    ['short', 80, 1],
    ['', 80, 1],
    ['two\nlines', 80, 2],
    ['x'.repeat(81), 80, 2],
    ['\u001b[1mbold\u001b[22m', 4, 1],
    ['🚂🚂🚂', 4, 2],
  ])('%j on %i columns: %i', (text, columns, rows) => {
    expect(rowsOf(text, columns)).toBe(rows);
  });
});
