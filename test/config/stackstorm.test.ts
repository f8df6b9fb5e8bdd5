import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.js';
import { formatProblems } from '../../src/config/print.js';

const at = { path: '/etc/packtrain/packtrain.yaml', shown: 'packtrain.yaml' };
const repositories =
  'repositories: { Kitchen: { repo: https://git.example.com/kitchen.git, target: production } }\n';

function targetsOf(text: string) {
  const loaded = parseConfig(`${repositories}targets:\n${text}`, at);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded.config.targets;
}

function problemsOf(text: string): string {
  const loaded = parseConfig(`${repositories}targets:\n${text}`, at);
  return loaded.ok ? '' : formatProblems(loaded.problems);
}

const production = (more: string) =>
  `  production: { kind: stackstorm, url: "https://st2.example.com", ${more} }\n`;
const key = 'api_key: { env: ST2_API_KEY }';

describe('a StackStorm among the targets', () => {
  it('needs an address and a key, and has a default for all the rest', () => {
    expect(targetsOf(production(key)).get('production')).toEqual({
      kind: 'stackstorm',
      name: 'production',
      url: 'https://st2.example.com',
      key: { env: 'ST2_API_KEY' },
      keyKind: 'api-key',
      path: '/opt/stackstorm/packs',
      virtualenvs: 'auto',
      verify: 'fields',
      chatops: false,
      drift: { everyMs: 3_600_000, ignore: [] },
      requestMs: 30_000,
      registerMs: 300_000,
      virtualenvMs: 900_000,
    });
  });

  it('takes everything that it can be told, beside others', () => {
    const told = `  production:
    kind: stackstorm
    url: https://st2.example.com/api/v1
    token: { file: token }
    packs_path: packs
    virtualenvs: always
    verify: names
    chatops: true
    drain: { wait: 5m, otherwise: go-on }
    drift: { every: 10m, channel: ops, ignore: ["*.log"] }
    time_limits: { request: 5s, register: 1m, virtualenv: 2m }
    ca_file: ca.pem
  staging: { kind: stackstorm, url: "http://127.0.0.1:9101", ${key}, packs_path: /srv/staging, drift: false }
  spare: { kind: directory, path: /srv/spare }
`;
    const targets = targetsOf(told);
    expect([...targets.keys()]).toEqual(['production', 'staging', 'spare']);
    expect(targets.get('production')).toEqual({
      ...{ kind: 'stackstorm', name: 'production', url: 'https://st2.example.com/api/v1' },
      ...{ key: { file: '/etc/packtrain/token' }, keyKind: 'token', path: '/etc/packtrain/packs' },
      ...{ virtualenvs: 'always', verify: 'names', chatops: true },
      drain: { waitMs: 300_000, otherwise: 'go-on' },
      drift: { everyMs: 600_000, channel: 'ops', ignore: ['*.log'] },
      ...{ requestMs: 5_000, registerMs: 60_000, virtualenvMs: 120_000, caFile: '/etc/packtrain/ca.pem' },
    });
    expect(targets.get('staging')).toMatchObject({ drift: { ignore: [] }, path: '/srv/staging' });
  });

  it.each([
    [
      'no key',
      production('virtualenvs: auto'),
      /packtrain\.yaml:\d+:\d+.*It has no key\. Give it either api_key or token/,
    ],
    ['two keys', production(`${key}, token: { env: T }`), /It has a key and a token/],
    ['a key that stands there', production('api_key: abc'), /api_key/],
    [
      'an address that is none',
      production(key).replace('https://st2.example.com', 'st2'),
      /an address such as/,
    ],
    ['another scheme', production(key).replace('https', 'ftp'), /an address such as/],
    ['a key that is not known', production(`${key}, verfy: names`), /verfy.*verify/],
    ['a choice that is none', production(`${key}, virtualenvs: sometimes`), /virtualenvs/],
    [
      'the folder of another',
      `${production(key)}  spare: { kind: directory, path: /opt/stackstorm/packs }\n`,
      /each needs its own/,
    ],
  ])('with %s is refused, with its place', (_, text, says) => {
    const said = problemsOf(text);
    expect(said).toMatch(says);
    expect(said).toMatch(/packtrain\.yaml:\d+:\d+/);
  });
});
