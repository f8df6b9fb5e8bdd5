import { describe, expect, it } from 'vitest';
import type { DrivenHost } from '../../src/drivers/hosts/open.js';
import { readPack } from '../../src/packs/read-pack.js';
import { savedPost } from '../fixtures/hosts.js';
import { thePack } from './files.js';

const rules = readPack(thePack(), { folder: 'packtrain' }).content?.rules ?? [];

type Doc = Readonly<Record<string, unknown>>;

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((found, key) => (found as Doc | null | undefined)?.[key], value);

/** The few things of Jinja that the rules use. */
const filters: Readonly<Record<string, (value: unknown, argument: string) => unknown>> = {
  default: (value, argument) => value ?? argument,
  map: (value, argument) => (value as readonly unknown[]).map((one) => at(one, argument)),
  selectattr: (value, argument) => (value as readonly unknown[]).filter((one) => Boolean(at(one, argument))),
  join: (value, argument) => (value as readonly unknown[]).join(argument),
  last: (value) => (value as readonly unknown[]).at(-1),
};

function render(template: string, trigger: Doc): string {
  return template.replace(/\{\{ (.*?) \}\}/g, (_, inner: string) => {
    const [term = '', ...named] = inner.split(' | ');
    const [path = '', isSplit] = term.split(".split('/')");
    const found = at({ trigger }, path);
    const value = named.reduce<unknown>(
      (before, filter) => {
        const [, name = '', argument = ''] = /^(\w+)(?:\((?:attribute=)?'(.*)'\))?$/.exec(filter) ?? [];
        const apply = filters[name];
        if (apply === undefined) throw new Error(`a filter that this test does not know: ${filter}`);
        return apply(before, argument);
      },
      isSplit === undefined ? found : String(found).split('/'),
    );
    if (value === undefined) throw new Error(`nothing is at ${path}`);
    return String(value);
  });
}

/** What a rule asks for because of a delivery; undefined when it does not concern it. */
function askedBy(rule: string, kind: DrivenHost, delivery: string): Doc | undefined {
  const { criteria = {}, actionParameters = {} } = rules.find(({ name }) => name === rule) ?? {};
  const trigger = { body: JSON.parse(savedPost(kind, delivery).body) };
  const holds = Object.entries(criteria as Doc).every(([path, criterion]) => {
    const { type, pattern } = criterion as Doc;
    const value = at({ trigger }, path);
    if (type === 'startswith') return typeof value === 'string' && value.startsWith(String(pattern));
    if (type === 'equals') return value === pattern;
    return type === 'exists' && value !== undefined;
  });
  if (!holds) return undefined;
  const parameters = Object.entries(actionParameters as Doc);
  return Object.fromEntries(
    parameters.map(([name, value]) => [name, typeof value === 'string' ? render(value, trigger) : value]),
  );
}

describe('the example rules', () => {
  it('tell of a push to GitHub, and of nothing else there', () => {
    expect(askedBy('github_push', 'github', 'push')).toEqual({
      repo_name: 'house-packs',
      branch: 'refs/heads/main',
      auto_deploy: true,
      message: expect.stringMatching(/\w/),
      author: expect.stringMatching(/\w/),
    });
    for (const other of ['push-deleted', 'push-tag', 'ping', 'issues'])
      expect(askedBy('github_push', 'github', other), other).toBeUndefined();
  });

  it('tell of all branches of a push to Bitbucket Server', () => {
    expect(askedBy('bitbucket_server_push', 'bitbucket-server', 'refs_changed')).toMatchObject({
      repo_name: 'house-packs',
      branch: 'refs/heads/main',
      auto_deploy: true,
    });
    const several = askedBy('bitbucket_server_push', 'bitbucket-server', 'refs_changed-several');
    expect(several?.branch).toBe('refs/heads/main refs/tags/v1.2.0 refs/heads/feature/decaf');
    expect(askedBy('bitbucket_server_push', 'bitbucket-server', 'ping')).toBeUndefined();
  });

  it('tell of all branches of a push to bitbucket.org that are still there', () => {
    expect(askedBy('bitbucket_cloud_push', 'bitbucket-cloud', 'push')).toMatchObject({
      repo_name: 'house-packs',
      branch: 'main',
      auto_deploy: true,
    });
    const several = askedBy('bitbucket_cloud_push', 'bitbucket-cloud', 'push-several');
    expect(several?.branch).toBe('main v1.2.0');
    expect(askedBy('bitbucket_cloud_push', 'bitbucket-cloud', 'issue_created')).toBeUndefined();
  });
});
