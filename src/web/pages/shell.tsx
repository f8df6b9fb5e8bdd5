import { getCookie } from 'hono/cookie';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { Person } from '../../core/access.js';
import type { Actor } from '../../core/actor.js';
import { accountName, accountsOf, personName } from '../../core/identity.js';
import type { WebContext } from '../env.js';

/** What every page shows around its content. */
export interface Shell {
  readonly viewer?: Actor;
  /** Who the viewer is: the account that is signed in, the person's name, and their other accounts. */
  readonly viewerIs?: string;
  /** What the reader chose; the system's setting unless they did. */
  readonly theme: 'auto' | 'light' | 'dark';
  /** What stands before every command in a chat. */
  readonly prefix: string;
}

/** The shell for a request. */
export function shellOf(c: WebContext): Shell {
  const theme = getCookie(c, 'theme');
  const viewer = c.get('actor') as Actor | undefined;
  const prefix = c.get('prefix');
  const signedIn = viewer && { viewer, viewerIs: whoIs(viewer, c.get('people') ?? []) };
  return { theme: theme === 'light' || theme === 'dark' ? theme : 'auto', prefix, ...signedIn };
}

function whoIs(viewer: Actor, people: readonly Person[]): string {
  const name = personName(people, viewer);
  const others = accountsOf(people, viewer).slice(1).map(accountName);
  const known = name.includes(':') || name === viewer.userId ? '' : `, who is ${name}`;
  return `${accountName(viewer)}${known}${others.length === 0 ? '' : `; yours too: ${others.join(', ')}`}`;
}

/** A page's own part. */
export interface PageProps {
  readonly shell: Shell;
  readonly title: string;
  /** Which entry of the top line is the current one. */
  readonly current?: 'chat' | 'board' | 'deployments';
  /** Names of scripts beyond those of every page. */
  readonly scripts?: readonly string[];
  readonly bodyClass?: string;
  readonly children?: Child;
}

/** A whole HTML page. */
export function Page({ shell, title, current, scripts = [], bodyClass = '', children }: PageProps) {
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en" data-theme={shell.theme}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="now" content={new Date().toISOString()} />
          <meta name="htmx-config" content={htmxConfig} />
          <title>{`${title} · Packtrain`}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/assets/packtrain.css" />
          {/* Without defer, htmx begins only once the scripts below have run and listen to it. */}
          <script src="/assets/htmx.js" />
          <script src="/assets/hx-sse.js" />
          {['packtrain.js', ...scripts].map((name) => (
            <script src={`/assets/${name}`} defer />
          ))}
        </head>
        <body class={bodyClass}>
          <a class="skip" href="#main">
            Skip to the content
          </a>
          <TopLine shell={shell} current={current} />
          {children}
        </body>
      </html>
    </>
  );
}

// No indicator styles: they would be inline. Streams retry soon, since a restart takes about a second.
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  history: false,
  morphIgnore: ['data-htmx-powered', 'open'],
  sse: { reconnectDelay: 300, reconnectMaxDelay: 5000 },
});

function TopLine({ shell, current }: { shell: Shell; current: PageProps['current'] }) {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Locomotive />
        Packtrain
      </a>
      {shell.viewer && (
        <nav aria-label="Pages">
          <a href="/" aria-current={current === 'chat' ? 'page' : undefined}>
            Chat
          </a>
          <a href="/board" aria-current={current === 'board' ? 'page' : undefined}>
            Board
          </a>
          <a href="/deployments" aria-current={current === 'deployments' ? 'page' : undefined}>
            Deployments
          </a>
        </nav>
      )}
      <div class="tools">
        <button type="button" class="quiet" id="theme" data-theme-button>
          Theme
        </button>
        {shell.viewer && <Viewer viewer={shell.viewer} is={shell.viewerIs ?? ''} />}
      </div>
    </header>
  );
}

/** Whether the page still hears what is new; `live.js` keeps it true. */
export function Connection() {
  return (
    <span id="connection" role="status">
      connecting…
    </span>
  );
}

function Viewer({ viewer, is }: { viewer: Actor; is: string }) {
  return (
    <>
      <span class="viewer" title={`Signed in as ${is}`}>
        {viewer.name}
      </span>
      <form method="post" action="/logout">
        <button type="submit" class="quiet">
          Sign out
        </button>
      </form>
    </>
  );
}

/** The sign: a locomotive, drawn in the text's colour. */
export function Locomotive() {
  return (
    <svg class="locomotive" viewBox="0 0 32 24" width="32" height="24" aria-hidden="true" focusable="false">
      <path
        fill="currentColor"
        d="M3 3h10v3h-1v5h7V6h-1V3h5v3h-1v5h3a4 4 0 0 1 4 4v3H3V6H2V3zm3 4v4h4V7z"
        fill-rule="evenodd"
      />
      <circle cx="8" cy="20" r="3.2" class="wheel" />
      <circle cx="17" cy="20" r="2.4" class="wheel" />
      <circle cx="25" cy="20" r="2.4" class="wheel" />
    </svg>
  );
}
