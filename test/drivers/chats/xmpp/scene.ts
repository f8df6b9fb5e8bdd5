import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ChatAdapter, IncomingMessage } from '../../../../src/core/chat.js';
import type { ChatState } from '../../../../src/core/chat-state.js';
import type { Clock } from '../../../../src/core/clock.js';
import { open } from '../../../../src/drivers/chat/xmpp/driver.js';
import type { XmppSettings } from '../../../../src/drivers/chat/xmpp/settings.js';
import { chatParts } from '../../../fixtures/chats/parts.js';
import { type Person, personOn } from '../../../fixtures/chats/xmpp/person.js';
import { type Prosody, password, rooms, startProsody } from '../../../fixtures/chats/xmpp/prosody.js';
import { settingsOf } from '../../../fixtures/chats/xmpp/settings.js';
import { keptLog } from '../../../fixtures/mailbox.js';

/** What differs of a driver. */
export interface DriverOptions extends Partial<XmppSettings> {
  readonly port?: number;
  readonly clock?: Clock;
  /** What it remembers from before. */
  readonly state?: ChatState;
}

/** A driver on the server, with what it heard. */
export interface Driver {
  readonly adapter: ChatAdapter;
  readonly lines: readonly IncomingMessage[];
  readonly log: readonly string[];
  readonly state: ChatState;
  start(): Promise<void>;
}

/** A server with three people. */
export interface Scene {
  readonly port: number;
  readonly ann: Person;
  readonly bob: Person;
  readonly mallory: Person;
  /** A room that nobody has used, made by ann. @param domain its kind; one in which everybody sees who is who unless given */
  room(domain?: string): Promise<string>;
  driver(options?: DriverOptions): Promise<Driver>;
  /** One that is in a room. */
  driverIn(room: string, options?: DriverOptions): Promise<Driver>;
}

/** Gives a test file a server, usable in hooks and tests only. */
export function withScene(): Scene {
  let server: Prosody | undefined;
  let people: readonly Person[] = [];
  let ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const started = await startProsody();
    server = started;
    people = await Promise.all(['ann', 'bob', 'mallory'].map((name) => personOn(started.port, name)));
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    ends = [];
    for (const one of people) one.forget();
  });
  afterAll(async () => {
    for (const one of people) await one.logsOut();
    await server?.close();
  });
  const person = (index: number) => {
    const one = people[index];
    if (one === undefined) throw new Error('withScene() has people in hooks and tests only.');
    return one;
  };
  const scene: Scene = {
    get port() {
      return server?.port ?? 0;
    },
    get ann() {
      return person(0);
    },
    get bob() {
      return person(1);
    },
    get mallory() {
      return person(2);
    },
    async room(domain = rooms.open) {
      const room = `r${randomBytes(4).toString('hex')}@${domain}`;
      await scene.ann.joins(room);
      return room;
    },
    async driver({ clock, state, ...settings } = {}) {
      const log = keptLog();
      const parts = { ...chatParts({ PASSWORD: password, ROOM: 'open sesame', WRONG: 'wrong' }), log };
      const given = {
        ...parts,
        ...(clock === undefined ? {} : { clock }),
        ...(state === undefined ? {} : { state }),
      };
      const { adapter } = await open(settingsOf(scene.port, settings), given);
      const lines: IncomingMessage[] = [];
      ends.push(() => adapter.stop());
      const start = () => adapter.start(async (line) => void lines.push(line));
      return { adapter, lines, log: log.lines, state: given.state, start };
    },
    async driverIn(room, options = {}) {
      const driver = await scene.driver({ join: [room], ...options });
      await driver.start();
      return driver;
    },
  };
  return scene;
}
