import { describe, expect, it } from 'vitest';
import { carrierOn } from '../../src/config/carrier.js';
import { parseConfig } from '../../src/config/parse.js';
import { formatProblems } from '../../src/config/print.js';

function carrier(target: string, platform: string | undefined, chats = true): string | undefined {
  const text = `repositories:
  Kitchen: { repo: https://git.example.com/kitchen.git, target: here }
targets:
  here: { kind: stackstorm, url: "https://st2.example.com/", api_key: { env: K } }
  there: { kind: stackstorm, url: "https://st2-test.example.com", api_key: { env: K }, packs_path: /srv/there }
  folder: { kind: directory, path: /srv/packs }
${chats ? 'chats:\n  chatops: { url: https://st2.example.com/api/v1, api_key: { env: K }, key: { env: P } }\n' : ''}`;
  const loaded = parseConfig(text, { path: '/etc/packtrain.yaml', shown: 'packtrain.yaml' });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return carrierOn(loaded.config, { platform, target });
}

describe('the pack that carries what is asked for', () => {
  it.each([
    ['here', 'chatops', 'packtrain'],
    ['there', 'chatops', undefined],
    ['folder', 'chatops', 'packtrain'],
    ['gone', 'chatops', 'packtrain'],
    ['here', 'slack', undefined],
    ['here', undefined, undefined],
  ])('to %s by %s is %s', (target, platform, pack) => {
    expect(carrier(target, platform)).toBe(pack);
  });

  it('is taken to be on every server when nothing tells where the chat is', () => {
    expect(carrier('there', 'chatops', false)).toBe('packtrain');
  });
});
