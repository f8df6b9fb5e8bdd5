import { describe, expect, it } from 'vitest';
import { explain } from '../../src/core/reason.js';
import { createRedactor } from '../../src/core/redact.js';
import { isDamage, refusalOf } from '../../src/git/failures.js';
import { parseRemote } from '../../src/git/remote.js';

const access = {
  remote: parseRemote('git@git.example.org:st2/packs.git'),
  had: 'ssh' as const,
  settings: [],
  variables: {},
};

function refusalFor(stderr: string, code = 128) {
  const end = { how: 'exit' as const, code, stdout: '', stderr, ms: 10 };
  const redactor = createRedactor(['s3cret-word']);
  return refusalOf({ repository: 'Beans', command: 'fetch', end, redactor, access });
}

describe('what git and ssh say', () => {
  it.each([
    ['ssh: Could not resolve hostname git.example.org: Name or service not known', 'remote-unknown-host'],
    ["fatal: unable to access 'https://x/': Could not resolve host: x", 'remote-unknown-host'],
    ['ssh: connect to host git.example.org port 22: Connection refused', 'remote-unreachable'],
    ['ssh: connect to host git.example.org port 22: No route to host', 'remote-unreachable'],
    ['ssh: connect to host git.example.org port 22: Connection timed out', 'remote-unreachable'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 503", 'remote-unreachable'],
    [
      'error: RPC failed; curl 28 Operation too slow. Less than 1000 bytes/sec transferred the last 30 seconds',
      'remote-unreachable',
    ],
    [
      'No ED25519 host key is known for git.example.org and you have requested strict checking.\nHost key verification failed.',
      'remote-host-key-unknown',
    ],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      'remote-host-key-changed',
    ],
    [
      'git@git.example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'remote-auth',
    ],
    ["fatal: Authentication failed for 'https://git.example.org/x/'", 'remote-auth'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 403", 'remote-auth'],
    ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', 'remote-not-found'],
    [
      "remote: The project you were looking for could not be found or you don't have permission to view it.",
      'remote-not-found',
    ],
    ["fatal: repository 'https://git.example.org/x/' not found", 'remote-not-found'],
    [
      "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate",
      'remote-certificate',
    ],
    ["fatal: detected dubious ownership in repository at '/srv/x.git'", 'remote-ownership'],
    ["fatal: transport 'ext' not allowed", 'remote-protocol'],
    ['sh: 1: ssh: not found\nfatal: Could not read from remote repository.', 'ssh-missing'],
    ['Load key "/keys/id": Permission denied\ngit@x: Permission denied (publickey).', 'ssh-key-unusable'],
    ['@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\nLoad key "/keys/id": bad permissions', 'ssh-key-unusable'],
    ['fatal: write error: No space left on device\nfatal: index-pack failed', 'disk-full'],
    [
      'error: unable to open object file: Permission denied\nfatal: failed to write object',
      'data-not-writable',
    ],
    ['fatal: something quite new', 'git-failed'],
  ])('%j is %s', (stderr, code) => {
    const refusal = refusalFor(stderr);
    expect(refusal.code).toBe(code);
    const { what, next } = explain(refusal);
    expect(what).toContain('Beans');
    expect(next.length).toBeGreaterThan(10);
  });

  it('is shown without secrets', () => {
    const refusal = refusalFor("fatal: no 's3cret-word' at https://ann:other-one@git.example.org/x");
    expect(JSON.stringify(refusal)).not.toMatch(/s3cret-word|other-one/);
  });

  it('means a damaged mirror only when it is about the mirror', () => {
    expect(isDamage('error: object file ./objects/ab/cd is empty\nfatal: loose object abcd is corrupt')).toBe(
      true,
    );
    expect(isDamage('fatal: not a git repository (or any of the parent directories): .git')).toBe(true);
    expect(isDamage("fatal: '/x' does not appear to be a git repository")).toBe(false);
    expect(isDamage('remote: error: object file is empty')).toBe(false);
    expect(isDamage('ssh: connect to host git.example.org port 22: Connection refused')).toBe(false);
  });
});

describe('an address', () => {
  it.each([
    ['git@git.example.org:st2/packs.git', 'ssh', 'git.example.org'],
    ['ssh://git@git.example.org:2222/packs.git', 'ssh', 'git.example.org'],
    ['host:path', 'ssh', 'host'],
    ['https://git.example.org/packs.git', 'http', 'git.example.org'],
    ['http://127.0.0.1:3000/packs.git', 'http', '127.0.0.1:3000'],
    ['git://git.example.org/packs.git', 'git', 'git.example.org'],
    ['file:///srv/git/packs.git', 'file', '/srv/git/packs.git'],
    ['/srv/git/packs.git', 'file', '/srv/git/packs.git'],
    ['/srv/with:colon/packs.git', 'file', '/srv/with:colon/packs.git'],
    ['ext::sh -c id', 'other', ''],
    ['ftp://git.example.org/x', 'other', 'git.example.org'],
  ])('%s is %s at %s', (url, kind, host) => {
    expect(parseRemote(url)).toMatchObject({ kind, host, hasPassword: false });
  });

  it('for http is given to git without its user', () => {
    const remote = parseRemote('https://ann@git.example.org/x.git');
    expect(remote).toMatchObject({ address: 'https://git.example.org/x.git', username: 'ann' });
    expect(remote.origin).toBe('https://git.example.org');
    expect(parseRemote('https://ann:pw@git.example.org/x.git').hasPassword).toBe(true);
    expect(parseRemote('ssh://ann:pw@git.example.org/x.git').hasPassword).toBe(true);
  });
});
