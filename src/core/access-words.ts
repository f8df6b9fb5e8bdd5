import type { AccessPolicy, AccessQuestion, AccessRule, Who } from './access.js';

/** A rule as people read it: ``packtrain.yaml:12 denies bob `deploy` for pack beans*, because …``. */
export function describeRule(rule: AccessRule): string {
  const scope = scopeOf(rule);
  const because = rule.because === undefined ? '' : `, because ${rule.because}`;
  const force = rule.forced ? ' by force' : '';
  const verb = rule.effect === 'deny' ? 'denies' : 'allows';
  return `${rule.place} ${verb} ${describeWho(rule.who)} ${scope}${force}${because}`;
}

function scopeOf(rule: AccessRule): string {
  const commands =
    rule.commands.length === 0 ? 'everything' : rule.commands.map((name) => `\`${name}\``).join(', ');
  const narrowed = [
    ['in repository', rule.repositories],
    ['for pack', rule.packs],
    ['from branch', rule.branches],
    ['on target', rule.targets],
  ] as const;
  const parts = narrowed.flatMap(([word, list]) => (list.length === 0 ? [] : [`${word} ${list.join(', ')}`]));
  return [commands, ...parts].join(' ');
}

function describeWho(who: Who): string {
  const names = [...who.people, ...who.groups.map((group) => `group ${group}`)];
  const persons = names.length === 0 ? 'everybody' : names.join(', ');
  const place = who.channels.length === 0 ? '' : ` in ${who.channels.map((c) => `#${c}`).join(', ')}`;
  return persons + place;
}

/** Why something that needs an allow rule is refused. */
export function describeNoAllow(
  policy: AccessPolicy,
  question: AccessQuestion,
  pack: string | undefined,
): string {
  const places = policy.rules.filter((rule) => rule.effect === 'allow').map((rule) => rule.place);
  return `no rule allows you ${describeRequest(question, pack)} (allow rules: ${places.join(', ')})`;
}

/** Why something forced is refused. */
export function describeNoForce(question: AccessQuestion): string {
  return `only admins may ${question.command} by force`;
}

function describeRequest(question: AccessQuestion, pack: string | undefined): string {
  const parts = [
    `\`${question.command}\``,
    pack && `of ${pack}`,
    question.repository && `from ${question.repository}`,
    question.branch && `branch ${question.branch}`,
    question.target && `on target ${question.target}`,
  ];
  return parts.filter(Boolean).join(' ');
}
