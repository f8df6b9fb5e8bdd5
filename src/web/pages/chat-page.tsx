import type { RoomMessage } from '../../core/room.js';
import type { CommandHint } from '../deps.js';
import { Message, type MessageContext } from './message.js';
import { Page, type Shell } from './shell.js';

/** The address of a room. */
export function roomPath(room: string): string {
  return `/chat/${encodeURIComponent(room)}`;
}

/** What the chat page shows. */
export interface ChatPageProps {
  readonly shell: Shell;
  readonly room: string;
  readonly rooms: readonly string[];
  readonly messages: readonly RoomMessage[];
  /** The `seq` up to which `messages` is complete; absent on a page of the past, which stays as it is. */
  readonly seq?: number;
  /** The message before which there are more. */
  readonly earlier?: number;
  readonly commands: readonly CommandHint[];
  readonly context: MessageContext;
}

/** A room: what is said in it, live, and a box to say something. */
export function ChatPage(props: ChatPageProps) {
  const { shell, room, rooms, seq, commands } = props;
  const isLive = seq !== undefined;
  return (
    <Page
      shell={shell}
      title={`#${room}`}
      current="chat"
      scripts={isLive ? ['chat.js'] : []}
      bodyClass="chat"
    >
      <Rooms rooms={rooms} room={room} />
      <main id="main">
        <div class="room-head">
          <h1>
            <span class="hash">#</span>
            {room}
          </h1>
          {isLive ? (
            <p id="connection" role="status" data-state="connecting">
              connecting…
            </p>
          ) : (
            <a href={roomPath(room)}>To the newest messages</a>
          )}
        </div>
        <Messages {...props} />
        {isLive && <MessageBox room={room} commands={commands} />}
        <p id="outcome" class="unseen" role="status" />
      </main>
    </Page>
  );
}

function Messages({ room, messages, seq, earlier, commands, context }: ChatPageProps) {
  const stream = {
    'hx-sse:connect': `${roomPath(room)}/stream?after=${seq}`,
    'hx-target': '#messages',
    'hx-swap': 'message',
  };
  return (
    <div id="scroll" {...(seq === undefined ? {} : stream)}>
      {earlier !== undefined && (
        <p class="earlier">
          <a href={`${roomPath(room)}?before=${earlier}`}>Earlier messages</a>
        </p>
      )}
      {messages.length === 0 && <Welcome commands={commands} />}
      <ol
        id="messages"
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label={`Messages in ${room}`}
      >
        {messages.map((message) => (
          <Message message={message} context={context} />
        ))}
      </ol>
    </div>
  );
}

function Rooms({ rooms, room }: { rooms: readonly string[]; room: string }) {
  return (
    <nav class="rooms" aria-label="Rooms">
      <ol class="line">
        {rooms.map((name) => (
          <li>
            <a href={roomPath(name)} aria-current={name === room ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Welcome({ commands }: { commands: readonly CommandHint[] }) {
  return (
    <div class="welcome">
      <p>Nothing has been said here yet. Some lines that work:</p>
      <ul>
        {commands.slice(0, 3).map(({ display, help, example = display }) => (
          <li>
            <code>{example}</code> <span>{help}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function MessageBox({ room, commands }: { room: string; commands: readonly CommandHint[] }) {
  const action = `${roomPath(room)}/messages`;
  return (
    // All wait for their turn: the lines arrive in the order in which they were typed.
    <form id="say" method="post" action={action} hx-post={action} hx-swap="none" hx-sync="this:queue all">
      <input type="hidden" name="key" />
      <label class="unseen" for="line">
        Message to {room}
      </label>
      <div class="completions" id="completions" role="listbox" aria-label="Commands" hidden>
        {commands.map(({ display, help }, index) => (
          <div
            role="option"
            tabIndex={-1}
            id={`command-${index}`}
            data-insert={display}
            aria-selected="false"
            hidden
          >
            <code>{display}</code>
            <span>{help}</span>
          </div>
        ))}
      </div>
      <input
        id="line"
        name="text"
        type="text"
        maxlength={4000}
        required
        autofocus
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="send"
        placeholder={commands[0]?.display.replace(/\{\{.*$/s, '…') ?? 'Say something…'}
        role="combobox"
        aria-expanded="false"
        aria-controls="completions"
        aria-autocomplete="list"
        aria-describedby="send-problem"
      />
      <button type="submit">Send</button>
      <p id="send-problem" role="alert" hidden />
    </form>
  );
}
