import type { AccessDecision, AccessPolicy, AccessQuestion, AccessRule, Who } from './access.js';
import { describeNoAllow, describeNoForce, describeRule } from './access-words.js';
import type { Actor, ChannelAddress } from './actor.js';
import { packtrainItself, sameActor } from './actor.js';
import { isReading } from './commands.js';
import { matchesName } from './glob.js';
import { accountName, accountsOf, configuredName, personName } from './identity.js';

/**
 * Answers whether somebody may do something. Deny wins, over admins too. Reading is open unless denied. Changing is
 * open to everybody until the first allow rule; from then on it needs one. Forced things need an admin, or an allow
 * rule with `forced`. What Packtrain does by itself is configured, so it needs no allow, but a denial stops it.
 */
export function decide(policy: AccessPolicy, question: AccessQuestion): AccessDecision {
  const rule = objection(policy, { ...question, names: namesOf(policy, question.actor) });
  return rule === undefined ? { allowed: true } : { allowed: false, rule, whoCan: whoCan(policy, question) };
}

/** Whether somebody might do something to anything at all: what `help` lists. */
export function mayEver(
  policy: AccessPolicy,
  asked: Pick<AccessQuestion, 'actor' | 'channel' | 'command'>,
): boolean {
  const question: Asked = { ...asked, names: namesOf(policy, asked.actor) };
  const speaks = (rule: AccessRule) => fitsWho(policy, rule, question) && fitsCommand(rule, question);
  if (policy.rules.some((rule) => rule.effect === 'deny' && isSweeping(rule) && speaks(rule))) return false;
  if (isReading(asked.command) || isAdmin(policy, question)) return true;
  const allows = policy.rules.filter((rule) => rule.effect === 'allow');
  return allows.length === 0 || allows.some(speaks);
}

/** The names by which rules know somebody. */
interface Names {
  readonly allowed: readonly string[];
  /** What is denied to one of somebody's joined accounts is denied to all of them. */
  readonly denied: readonly string[];
}

/** A question with the names by which rules know its actor. */
interface Asked extends AccessQuestion {
  readonly names: Names;
}

function namesOf({ people, linking }: AccessPolicy, actor: Actor): Names {
  const person = personName(people, actor);
  const granted = linking === 'everything' ? person : configuredName(people, actor);
  const isLinked = people.some(({ name, linked }) => name === person && linked !== undefined);
  const joined = isLinked ? accountsOf(people, actor).map(accountName) : [];
  const allowed = [granted, accountName(actor)];
  return { allowed, denied: [...new Set([person, ...allowed, ...joined])] };
}

function objection(policy: AccessPolicy, asked: Asked): string | undefined {
  const parts: readonly (string | undefined)[] = asked.packs?.length ? asked.packs : [undefined];
  for (const pack of parts) {
    const denial = policy.rules.find(
      (rule) => rule.effect === 'deny' && fits(policy, rule, { ...asked, pack }),
    );
    if (denial !== undefined) return describeRule(denial);
  }
  if (needsNoRule(policy, asked)) return undefined;
  const uncovered = parts.filter((pack) => !isAllowed(policy, { ...asked, pack }));
  if (uncovered.length === 0) return undefined;
  return asked.forced ? describeNoForce(asked) : describeNoAllow(policy, asked, uncovered[0]);
}

function needsNoRule(policy: AccessPolicy, asked: Asked): boolean {
  if (sameActor(asked.actor, packtrainItself) || isAdmin(policy, asked)) return true;
  if (asked.forced) return false;
  return isReading(asked.command) || policy.rules.every((rule) => rule.effect === 'deny');
}

/** One pack of a question. */
interface Part extends Asked {
  readonly pack: string | undefined;
}

function isAllowed(policy: AccessPolicy, part: Part): boolean {
  return policy.rules.some((rule) => rule.effect === 'allow' && fits(policy, rule, part));
}

function fits(policy: AccessPolicy, rule: AccessRule, part: Part): boolean {
  return (
    fitsForce(rule, part.forced ?? false) &&
    fitsWho(policy, rule, part) &&
    fitsCommand(rule, part) &&
    fitsList(rule.repositories, part.repository) &&
    fitsList(rule.packs, part.pack) &&
    fitsBranch(rule, part) &&
    fitsList(rule.targets, part.target)
  );
}

function fitsForce(rule: AccessRule, forced: boolean): boolean {
  return rule.effect === 'allow' ? rule.forced || !forced : !rule.forced || forced;
}

function fitsCommand(rule: AccessRule, asked: Asked): boolean {
  return fitsList(rule.commands, asked.command);
}

function fitsBranch(rule: AccessRule, asked: Asked): boolean {
  return (rule.effect === 'deny' && asked.anyBranch === true) || fitsList(rule.branches, asked.branch);
}

function fitsList(patterns: readonly string[], value: string | undefined): boolean {
  if (patterns.length === 0) return true;
  return value !== undefined && patterns.some((pattern) => matchesName(pattern, value));
}

function fitsWho(policy: AccessPolicy, { who, effect }: AccessRule, asked: Asked): boolean {
  const names = effect === 'deny' ? asked.names.denied : asked.names.allowed;
  const isAnybody = who.people.length === 0 && who.groups.length === 0;
  return (isAnybody || isNamed(policy, who, names)) && fitsChannel(who.channels, asked.channel);
}

function isNamed(policy: AccessPolicy, who: Who, names: readonly string[]): boolean {
  const members = who.groups.flatMap((group) => policy.groups.get(group) ?? []);
  return [...who.people, ...members].some((name) => names.includes(name));
}

function isAdmin(policy: AccessPolicy, asked: Asked): boolean {
  return policy.admins.some((name) => asked.names.allowed.includes(name));
}

function fitsChannel(patterns: readonly string[], channel: ChannelAddress | undefined): boolean {
  if (patterns.length === 0) return true;
  if (channel === undefined) return false;
  const name = channel.channel.replace(/^#/, '').toLowerCase();
  const forms = [name, `${channel.platform}:${name}`];
  return patterns.some((pattern) => forms.some((form) => matchesName(pattern.toLowerCase(), form)));
}

function isSweeping(rule: AccessRule): boolean {
  const narrowing = [rule.repositories, rule.packs, rule.branches, rule.targets];
  return !rule.forced && narrowing.every((list) => list.length === 0);
}

/** Those named anywhere in the policy who would be let through, then the channels where the asker would be. */
function whoCan(policy: AccessPolicy, question: AccessQuestion): readonly string[] {
  const groups = policy.rules.flatMap((rule) => rule.who.groups);
  const named = [
    ...policy.admins,
    ...policy.rules.flatMap((rule) => rule.who.people),
    ...groups.flatMap((group) => policy.groups.get(group) ?? []),
  ];
  const people = [...new Set(named)].filter(
    (name) => objection(policy, { ...question, names: { allowed: [name], denied: [name] } }) === undefined,
  );
  return [...people, ...channelsThatHelp(policy, question)];
}

function channelsThatHelp(policy: AccessPolicy, question: AccessQuestion): readonly string[] {
  const names = namesOf(policy, question.actor);
  const literal = policy.rules
    .flatMap((rule) => rule.who.channels)
    .filter((channel) => !channel.includes('*'));
  return [...new Set(literal)]
    .filter((channel) => objection(policy, { ...question, names, channel: addressOf(channel) }) === undefined)
    .map((channel) => `${names.allowed[0]} in #${channel}`);
}

function addressOf(channel: string): ChannelAddress {
  const colon = channel.indexOf(':');
  return { platform: channel.slice(0, Math.max(colon, 0)), channel: channel.slice(colon + 1) };
}
