import type { Actor, ChannelAddress } from './actor.js';
import type { CommandName } from './commands.js';

/** A person of the config, with the accounts by which they are known. */
export interface Person {
  readonly name: string;
  readonly accounts: readonly Account[];
  /** Accounts that they joined with these by themselves. */
  readonly linked?: readonly Account[];
}

/** One account on one platform. */
export interface Account {
  readonly platform: string;
  readonly userId: string;
}

/** Whom a rule speaks of. Every part that is given must fit; within a part, any entry. */
export interface Who {
  /** Names of people, or accounts as `platform:id`; united with `groups`. */
  readonly people: readonly string[];
  readonly groups: readonly string[];
  /** Names of channels, or `platform:channel`. Empty: wherever it was said. */
  readonly channels: readonly string[];
}

/** One rule. A list that is empty does not narrow the rule; in each, `*` stands for any text. */
export interface AccessRule {
  readonly effect: 'allow' | 'deny';
  readonly who: Who;
  readonly commands: readonly string[];
  readonly repositories: readonly string[];
  readonly packs: readonly string[];
  readonly branches: readonly string[];
  readonly targets: readonly string[];
  /** An allow rule speaks of forced requests only if this is set; a deny rule with it speaks of nothing else. */
  readonly forced: boolean;
  /** Why the rule is there, in its author's words. */
  readonly because?: string;
  /** Where the rule stands: `packtrain.yaml:12`. */
  readonly place: string;
}

/** What accounts share that people join by themselves: also what rules allow their person, only what belongs to them, nothing. */
export type Linking = 'everything' | 'belongings' | 'nothing';

/** Who may do what. */
export interface AccessPolicy {
  readonly people: readonly Person[];
  readonly linking: Linking;
  /** Names of people, or accounts as `platform:id`. They may do everything that no rule denies, by force too. */
  readonly admins: readonly string[];
  /** Members of each group, by the group's name. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly rules: readonly AccessRule[];
}

/** What somebody wants to do. What a part does not apply to stays absent. */
export interface AccessQuestion {
  readonly actor: Actor;
  /** Where it was said. */
  readonly channel?: ChannelAddress;
  readonly command: CommandName;
  readonly repository?: string;
  /** Every pack that is concerned; all of them must be allowed. */
  readonly packs?: readonly string[];
  readonly branch?: string;
  /** The revision was named by SHA or tag, so it may be of any branch: every denial by branch speaks of it. */
  readonly anyBranch?: boolean;
  readonly target?: string;
  /** Whether it overrides what protects others: adopting, skipping a gate. */
  readonly forced?: boolean;
}

/** The answer to a question. */
export type AccessDecision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** The rule in words with its place, such as `packtrain.yaml:12 denies bob deploy`. */
      readonly rule: string;
      /** Names of people, groups and channels that may; empty when nobody may. */
      readonly whoCan: readonly string[];
    };
