import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.js';
import type { HostRepository } from '../../src/core/host.js';
import { findRepositories } from '../../src/webhooks/find.js';

function configOf(repositories: Readonly<Record<string, string>>, hosts = '') {
  const lines = Object.entries(repositories).map(([name, rest]) => `  ${name}: { ${rest} }`);
  const text = `repositories:\n${lines.join('\n')}\nhosts:\n  github: {}\n  gitlab: {}\n${hosts}`;
  const loaded = parseConfig(text, { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** The names of what a host's delivery is found to be about. */
function found(config: ReturnType<typeof configOf>, host: string, told: Partial<HostRepository>): string[] {
  const entry = config.hosts.get(host);
  if (entry === undefined) throw new Error(`no host ${host}`);
  return findRepositories(config, entry, { urls: [], ...told }).map(({ name }) => name);
}

const forms = [
  'git@git.example.com:kitchen/house-packs.git',
  'git@git.example.com:kitchen/house-packs',
  'git.example.com:/kitchen/house-packs.git',
  'ssh://git@git.example.com/kitchen/house-packs.git',
  'ssh://git@git.example.com:2222/kitchen/house-packs/',
  'https://git.example.com/kitchen/house-packs.git',
  'https://git.example.com/kitchen/house-packs',
  'https://git.example.com:8443/kitchen/house-packs.git/',
  'https://GIT.example.com/Kitchen/House-Packs.git',
  'http://git.example.com/kitchen/house%2Dpacks',
];

describe('a repository is found', () => {
  it.each(forms)('configured as %s, by each form of its address', (form) => {
    for (const hosts of ['', '  ours: { kind: gitea, domains: [git.example.com] }']) {
      const config = configOf(
        { Kitchen: `repo: '${form}'`, Other: 'repo: git@git.example.com:kitchen/other' },
        hosts,
      );
      // A host may put a user's name in, which no config may.
      for (const url of [...forms, 'https://ann@git.example.com/kitchen/house-packs.git'])
        expect(found(config, hosts === '' ? 'gitlab' : 'ours', { urls: [url] }), url).toEqual(['Kitchen']);
    }
  });

  it("by its path, where its host's ssh has another name", () => {
    const config = configOf({ Kitchen: 'repo: ssh://git@ssh.github.com:443/kitchen/house-packs.git' });
    const urls = ['https://github.com/kitchen/house-packs.git'];
    expect(found(config, 'github', { urls })).toEqual(['Kitchen']);
  });

  it('by the host that it names, whatever its address', () => {
    const config = configOf({ Kitchen: 'repo: git@alias:kitchen/house-packs.git, host: github' });
    expect(found(config, 'github', { path: 'kitchen/house-packs' })).toEqual(['Kitchen']);
    expect(found(config, 'gitlab', { path: 'kitchen/house-packs' })).toEqual([]);
  });

  it('on a server that lies in a folder', () => {
    const server =
      '  bitbucket-server: { domains: [bb.example.com], api_url: https://bb.example.com/bitbucket/rest }';
    const config = configOf(
      {
        A: 'repo: https://bb.example.com/bitbucket/scm/OPS/a.git',
        B: 'repo: ssh://git@bb.example.com:7999/ops/b.git',
      },
      server,
    );
    expect(found(config, 'bitbucket-server', { path: 'OPS/a' })).toEqual(['A']);
    const urls = ['https://bb.example.com/bitbucket/scm/ops/b.git'];
    expect(found(config, 'bitbucket-server', { urls })).toEqual(['B']);
  });

  it('by its path alone, where nobody said which names the server has', () => {
    const config = configOf({ A: 'repo: https://bb.example.com/scm/ops/a.git' }, '  bitbucket-server: {}');
    expect(found(config, 'bitbucket-server', { path: 'OPS/a' })).toEqual(['A']);
  });

  it('twice where it is configured twice', () => {
    const config = configOf({ A: 'repo: git@github.com:k/p.git', B: 'repo: https://github.com/k/p' });
    const urls = ['git@github.com:k/p.git', 'https://github.com/k/p.git'];
    expect(found(config, 'github', { urls })).toEqual(['A', 'B']);
  });

  it('by its port, where another server on the same machine has one of the same path', () => {
    const config = configOf({
      A: 'repo: http://127.0.0.1:3000/k/p.git',
      B: 'repo: http://127.0.0.1:3001/k/p.git',
    });
    expect(found(config, 'gitlab', { urls: ['http://127.0.0.1:3001/k/p.git'] })).toEqual(['B']);
  });

  it('by its name in the config', () => {
    const config = configOf({ Kitchen: 'repo: /srv/git/kitchen.git' }, '  generic: {}');
    expect(found(config, 'generic', { name: 'kitchen' })).toEqual(['Kitchen']);
    expect(found(config, 'generic', { name: 'garden' })).toEqual([]);
  });
});

describe('a repository is not found', () => {
  it('by a host that it does not lie at', () => {
    const config = configOf({ Kitchen: 'repo: git@github.com:k/p.git' });
    const told = { urls: ['git@github.com:k/p.git'], path: 'k/p' };
    expect(found(config, 'gitlab', told)).toEqual([]);
  });

  it('by what is no address', () => {
    const config = configOf({ Kitchen: 'repo: /srv/git/kitchen.git' });
    for (const url of [
      '',
      '/srv/git/kitchen.git',
      'file:///srv/git/kitchen.git',
      'https://',
      '::',
      'ext::sh',
    ])
      expect(found(config, 'github', { urls: [url] }), url).toEqual([]);
  });
});
