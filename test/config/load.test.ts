import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.js';
import { importOriginal } from '../../src/config/import.js';
import { loadConfig } from '../../src/config/load.js';
import { parseConfig } from '../../src/config/parse.js';
import { formatProblems } from '../../src/config/print.js';
import { decide } from '../../src/core/access-decide.js';

function parse(text: string): Config {
  const loaded = parseConfig(text, { path: '/etc/packtrain/packtrain.yaml', shown: 'packtrain.yaml' });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded.config;
}

const original = `---
# Deployed by chat
repositories:
  MyAwesomePackRepo:            # many packs
    repo: "git@git.example.com:st2/packs.git"
    subtree: yes
    auto_deployment:
      branch: "master"
      notify_channel: "my-chatops-channel"
  OnePack:
    repo: https://git.example.com/st2/one.git
    subtree: False
`;

describe('the config of the original packs.deploy', () => {
  it('loads unchanged, with the same meaning', () => {
    const config = parse(original);
    expect([...config.repositories.values()]).toEqual([
      {
        name: 'MyAwesomePackRepo',
        url: 'git@git.example.com:st2/packs.git',
        subtree: 'packs',
        target: 'default',
        autoDeployment: { branch: 'master', notifyChannel: 'my-chatops-channel' },
      },
      { name: 'OnePack', url: 'https://git.example.com/st2/one.git', subtree: false, target: 'default' },
    ]);
    expect(config.targets.get('default')).toEqual({
      kind: 'directory',
      name: 'default',
      drift: { everyMs: 3_600_000, ignore: [] },
      path: '/opt/stackstorm/packs',
    });
    expect(config.chat.web.channels).toEqual(['general', 'my-chatops-channel']);
  });

  it.each([original, original.replaceAll('\n', '\r\n'), `${original}...\n`, `\uFEFF${original}`])(
    'is imported with its comments, and means the same afterwards',
    (text) => {
      const imported = importOriginal(text, 'config.yaml');
      if (!imported.ok) throw new Error(formatProblems(imported.problems));
      expect(imported.yaml).toContain('# Deployed by chat');
      expect(imported.yaml).toContain('# many packs');
      expect(imported.yaml).toContain('# targets:');
      expect(parse(imported.yaml).repositories).toEqual(parse(original).repositories);
    },
  );

  it('is not imported with a password in a URL', () => {
    const imported = importOriginal(
      'repositories: { A: { repo: "https://bot:hunter22@git.example.com/a" } }',
      'c.yaml',
    );
    expect(imported.ok ? '' : formatProblems(imported.problems)).toContain('This URL holds a secret');
    expect(JSON.stringify(imported)).not.toContain('hunter22');
  });
});

describe('what is left out', () => {
  it('has its default', () => {
    const { web, chat, queue, log, access, timeZone } = parse('repositories: {}');
    expect({ web, chat, queue, log, timeZone }).toEqual({
      web: { host: '127.0.0.1', port: 7425 },
      chat: { prefix: '!', web: { channels: ['general'] }, formats: new Map() },
      queue: { confirmWithinMs: 900_000, phrases: [] },
      log: { level: 'info' },
      timeZone: undefined,
    });
    expect(access).toEqual({ people: [], linking: 'everything', admins: [], groups: new Map(), rules: [] });
  });

  it('lets a short borrow be warned of halfway', () => {
    const config = parse('repositories: { A: { repo: /srv/a, borrow: { return_after: 4m } } }');
    expect(config.repositories.get('A')?.borrow).toEqual({ returnAfterMs: 240_000, warnBeforeMs: 120_000 });
  });
});

describe('paths', () => {
  it.each([
    ['./repos/a.git', '/etc/packtrain/repos/a.git'],
    ['a.git', '/etc/packtrain/a.git'],
    ['~/a.git', join(homedir(), 'a.git')],
    ['/srv/a.git', '/srv/a.git'],
    ['file:///srv/a.git', 'file:///srv/a.git'],
    ['git@git.example.com:a.git', 'git@git.example.com:a.git'],
    ['ssh://git@git.example.com:2222/a.git', 'ssh://git@git.example.com:2222/a.git'],
  ])('the remote %s is %s', (written, url) => {
    expect(parse(`repositories: { A: { repo: "${written}" } }`).repositories.get('A')?.url).toBe(url);
  });

  it('of keys and targets start at the folder of the config', () => {
    const config = parse(`
repositories: { A: { repo: "git@x:a", credentials: { ssh_key_file: keys/a } }, B: { repo: https://x.example.com/b, credentials: { token: { file: b.token } } } }
targets: { default: { kind: directory, path: live } }`);
    expect(config.repositories.get('A')?.credentials).toEqual({ sshKeyFile: '/etc/packtrain/keys/a' });
    expect(config.repositories.get('B')?.credentials).toEqual({ token: { file: '/etc/packtrain/b.token' } });
    expect(config.targets.get('default')?.path).toBe('/etc/packtrain/live');
  });
});

describe('access rules', () => {
  it('know the line they stand in, for the one who is refused', () => {
    const { access } = parse(`repositories: {}
admins: [ann]
access:
  - allow: { people: [bob] }
  - deny: everybody
    commands: [rollback]
    because: of the audit
`);
    const actor = { platform: 'web', userId: 'bob', name: 'Bob' };
    expect(decide(access, { actor, command: 'deploy' })).toEqual({ allowed: true });
    expect(decide(access, { actor, command: 'rollback' })).toEqual({
      allowed: false,
      rule: 'packtrain.yaml:5 denies everybody `rollback`, because of the audit',
      whoCan: [],
    });
  });

  it('follow anchors and merge keys', () => {
    const { access } = parse(`repositories: {}
access:
  - &first { allow: { people: [bob] }, commands: [deploy] }
  - { <<: *first, commands: [rollback] }
`);
    expect(access.rules.map((rule) => [rule.who.people, rule.commands, rule.place])).toEqual([
      [['bob'], ['deploy'], 'packtrain.yaml:3'],
      [['bob'], ['rollback'], 'packtrain.yaml:4'],
    ]);
  });
});

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packtrain-config-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['is missing', undefined, 'There is no such file.'],
    ['is no text', Buffer.from([0x72, 0xff, 0xfe]), 'It is not text in UTF-8.'],
    ['is huge', Buffer.alloc(1_000_001, 'a'), 'It is over a megabyte'],
  ])('that %s is refused', async (_, content, message) => {
    const file = join(folder, 'packtrain.yaml');
    if (content !== undefined) await writeFile(file, content);
    const loaded = await loadConfig(file);
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toContain(`${file}: ${message}`);
  });

  it('that is a folder is refused', async () => {
    const loaded = await loadConfig(folder);
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toContain('This is a folder');
  });
});
