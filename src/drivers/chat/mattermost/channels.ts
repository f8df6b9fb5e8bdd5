import { z } from 'zod';
import type { ChannelAddress } from '../../../core/actor.js';
import type { Clock } from '../../../core/clock.js';
import type { Log } from '../../../core/log.js';
import type { MattermostApi } from './api.js';
import { type Channel, channelSchema, teamSchema } from './wire.js';

const platform = 'mattermost';

/** The channels that the bot is in. */
export interface Channels {
  /** All of them, asked anew; direct ones, too. */
  mine(): Promise<readonly Channel[]>;
  /** Finds one by the name in its address, by the one that is shown, or as `team/name`. */
  find(name: string): Promise<ChannelAddress | undefined>;
  /** The names by which `find` finds them. */
  names(): Promise<readonly string[]>;
  /** The same names by the channels' ids. */
  list(): Promise<ReadonlyMap<string, string>>;
  /** Whether the bot is in a channel, by its id. */
  has(id: string): Promise<boolean>;
  /** The direct channel with somebody; made when there is none yet. */
  directWith(userId: string): Promise<string>;
}

/** What channels are looked up with. */
export interface ChannelsParts {
  readonly api: MattermostApi;
  readonly clock: Clock;
  readonly log: Log;
  /** The team that is meant where several have a channel of a name. */
  readonly team: string | undefined;
  /** The bot's own id. */
  readonly botId: () => string;
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly shown: string;
  /** The team's names. */
  readonly team: { readonly name: string; readonly shown: string };
}

const trustedMs = 10 * 60_000;

/** Finds channels. What was found is found again for ten minutes without asking. */
export function createChannels({ api, clock, log, team, botId }: ChannelsParts): Channels {
  const found = new Map<string, { readonly id: string; readonly until: number }>();
  const direct = new Map<string, string>();

  const mine = () =>
    api({ method: 'GET', path: '/users/me/channels?include_deleted=false' }, z.array(channelSchema));

  async function named(): Promise<readonly Named[]> {
    const teams = await api({ method: 'GET', path: '/users/me/teams' }, z.array(teamSchema));
    const byId = new Map(teams.map((one) => [one.id, { name: one.name, shown: one.display_name }]));
    return (await mine()).flatMap(({ id, type, name, display_name: shown, team_id }) => {
      const its = byId.get(team_id);
      return /^[OP]$/.test(type) && its !== undefined ? [{ id, name, shown, team: its }] : [];
    });
  }

  async function list(): Promise<ReadonlyMap<string, string>> {
    const all = await named();
    const called = (one: Named) => {
      const [only, another] = preferred(fittingTo(all, one.name), team);
      return only === one && another === undefined ? one.name : fullName(one);
    };
    return new Map(all.map((one) => [one.id, called(one)]));
  }

  return {
    mine,
    list,
    has: async (id) => (await mine()).some((one) => one.id === id),
    names: async () => [...(await list()).values()],
    async find(wanted) {
      const name = wanted.replace(/^[#~]/, '').toLowerCase();
      const known = found.get(name);
      const now = clock.now().getTime();
      if (known !== undefined && known.until > now) return { platform, channel: known.id };
      const fitting = preferred(fittingTo(await named(), name), team);
      const [only, another] = fitting;
      if (only === undefined) return undefined;
      if (another !== undefined) {
        const names = fitting.map(fullName);
        log.warn(
          { platform, channel: wanted, names },
          'several teams have this channel: name one with its team',
        );
        return undefined;
      }
      found.set(name, { id: only.id, until: now + trustedMs });
      return { platform, channel: only.id };
    },
    async directWith(userId) {
      const known = direct.get(userId);
      if (known !== undefined) return known;
      const both = [botId(), userId];
      const { id } = await api(
        { method: 'POST', path: '/channels/direct', body: both },
        z.object({ id: z.string() }),
      );
      direct.set(userId, id);
      return id;
    },
  };
}

function fullName({ name, team }: Named): string {
  return `${team.name}/${name}`;
}

/** Those of a name; the name in the address goes before the one that is shown. */
function fittingTo(all: readonly Named[], wanted: string): readonly Named[] {
  const [name = '', team] = wanted.split('/').reverse();
  const within = all.filter((one) => team === undefined || isOf(one, team));
  const exact = within.filter((one) => one.name === name);
  return exact.length > 0 ? exact : within.filter(({ shown }) => shown.toLowerCase() === name);
}

function preferred(fitting: readonly Named[], team: string | undefined): readonly Named[] {
  const own = team === undefined ? [] : fitting.filter((one) => isOf(one, team.toLowerCase()));
  return own.length > 0 ? own : fitting;
}

function isOf({ team }: Named, wanted: string): boolean {
  return team.name === wanted || team.shown.toLowerCase() === wanted;
}
