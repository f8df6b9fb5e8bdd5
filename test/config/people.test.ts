import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.js';

const place = { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' };
const parse = (text: string) => parseConfig(`repositories: { Beans: { repo: x.git } }\n${text}`, place);

function accountsIn(text: string): readonly string[] {
  const loaded = parse(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { people } = loaded.config.access;
  return people.flatMap(({ name, accounts }) =>
    accounts.map(({ platform, userId }) => `${name} ${platform}:${userId}`),
  );
}

function problemsIn(text: string): readonly string[] {
  const loaded = parse(text);
  return loaded.ok ? [] : loaded.problems.map((problem) => problem.text);
}

describe('accounts at Git hosts', () => {
  it('are given by the name of the host, or by its kind where there is no other of it', () => {
    const hosts = 'hosts: { github: {}, ours: { kind: gitlab, domains: [git.example.com] } }\n';
    expect(accountsIn(`${hosts}people: { ann: { github: ann, ours: [ann, "id:17"] } }`)).toEqual([
      'ann github:ann',
      'ann ours:ann',
      'ann ours:id:17',
    ]);
    expect(accountsIn(`${hosts}people: { ann: { gitlab: ann } }`)).toEqual(['ann ours:ann']);
    expect(accountsIn('people: { ann: { gitea: ann } }')).toEqual(['ann gitea:ann']);
  });

  it('are not guessed among several hosts of a kind, nor at one that is none', () => {
    const two =
      'hosts: { a: { kind: gitlab, domains: [a.example] }, b: { kind: gitlab, domains: [b.example] } }\n';
    expect(problemsIn(`${two}people: { ann: { gitlab: ann } }`)).toEqual([
      'Several hosts are of kind gitlab: say a or b.',
    ]);
    expect(problemsIn('people: { ann: { githup: ann } }')).toEqual([
      'There is no platform "githup". Did you mean "github"?',
    ]);
    expect(problemsIn('people: { ann: { generic: ann } }')[0]).toMatch(/^There is no platform "generic"/);
  });

  it('can not pass for accounts of a chat, and belong to one person', () => {
    expect(problemsIn('hosts: { slack: { kind: gitlab, domains: [a.example] } }')).toEqual([
      'slack: Accounts of a chat are called so; give the host another name, and its kind.',
    ]);
    expect(problemsIn('people: { ann: { github: ann }, bob: { github: ann } }')).toEqual([
      'github: The account github:ann is listed twice, for ann and for bob.',
    ]);
  });
});
