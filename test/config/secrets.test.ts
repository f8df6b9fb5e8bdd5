import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.js';
import { formatProblem, formatProblems } from '../../src/config/print.js';

function outputOf(text: string): string {
  const loaded = parseConfig(text, { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' });
  if (loaded.ok) return '';
  return [
    formatProblems(loaded.problems),
    JSON.stringify(loaded.problems),
    ...loaded.problems.map(formatProblem),
  ].join('\n');
}

const secret = 'correct-horse';
const randomSecret = 'Zq7hUnt3rXy9';

/** A file with a secret where people put them. */
function planted(line: string): string {
  return `# Our packs
repositories:
  Beans:
    repo: git@git.example.com:st2/beans.git
    subtree: true
    ${line}
    auto_deployment: { branch: main, notify_channel: deploys }
targets:
  default: { kind: directory, path: /srv/packs }
`;
}

const places = [
  `credentials: { token: ${secret} }`,
  `credentials: { token: "${secret}" }`,
  `credentials: ${secret}`,
  `credentials: { ${secret} }`,
  `credentials: [${secret}]`,
  `credentials: { token: { env: ${secret} } }`,
  `credentials: { token: { value: ${secret} } }`,
  `credentials: { token: [${secret}] }`,
  `credentials: { pasword: ${secret} }`,
  `credentials: { username: bot, password: ${secret} }`,
  `credentials:\n      token:\n        ${secret}`,
  `credentials:\n      token: |\n        ${secret}\n        ${secret}`,
  `credentials:\n      token: >-\n        ${secret}`,
  `credentials:\n      - token: ${secret}`,
  `token: ${secret}`,
  `credential: { tokn: ${secret} }`,
  `announce_channel: https://ann:${secret}@git.example.com/beans.git`,
  `announce_channel: https://${secret}@git.example.com/beans.git`,
  `announce_channel: https://git.example.com/beans.git?access_token=${secret}`,
  `announce_channel: ann:${secret}@git.example.com:beans.git`,
  `target: &t https://ann:${secret}@git.example.com/\n    announce_channel: *t`,
  `"to\\x6ben": "${secret}"`,
  `nonsense: 1 # token: ${secret}`,
];

describe('a secret in the file', () => {
  it.each(places)('is refused and never shown: %s', (line) => {
    const output = outputOf(planted(line));
    expect(output).toContain('packtrain.yaml:');
    expect(output).not.toContain(secret);
  });

  it('is recognised by its form, wherever it stands', () => {
    const tokens = ['ghp_abcdefghij0123456789', 'glpat-abcdefghij0123', 'xoxb-1234567890-abcdef'];
    for (const token of tokens) {
      for (const text of [
        `${token}: 1\n`,
        `admins: [${token}]\nrepositories: {}\n`,
        planted(`target: ${token}`),
      ]) {
        expect(outputOf(text)).not.toBe('');
        expect(outputOf(text)).not.toContain(token);
      }
    }
  });

  it('is told apart from what only looks like one', () => {
    const text = `
repositories:
  Tokens:
    repo: ssh://git@git.example.com:22/tokens.git
    credentials: { ssh_key_file: keys/id, known_hosts_file: keys/known_hosts }
  secrets:
    repo: git@git.example.com:st2/secrets.git
    credentials: { token: { env: PACKS_TOKEN }, username: bot }
  passwords: { repo: ./passwords, credentials: { token: { file: token.txt } } }
groups: { secretaries: [ann], token: [bob] }
`;
    expect(outputOf(text)).toBe('');
  });

  it('is not shown either when a slip of the keyboard breaks the file around it', () => {
    const slips = fc.constantFrom(
      '',
      ' ',
      '\t',
      '\n',
      ':',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      '|',
      '#',
      '&',
      '*',
      '!',
      '-',
      ',',
      'x',
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.nat(), slips, fc.boolean(), (line, at, slip, replaces) => {
        const text = planted(line).replaceAll(secret, randomSecret);
        const index = at % text.length;
        const broken = text.slice(0, index) + slip + text.slice(index + (replaces ? 1 : 0));
        fc.pre(broken.includes(randomSecret));
        expect(outputOf(broken)).not.toContain(randomSecret);
      }),
      { numRuns: 1_500 },
    );
  });
});
