import type { Child } from 'hono/jsx';
import { Page, type Shell } from './shell.js';

interface NoteProps {
  readonly shell: Shell;
  readonly title: string;
  readonly children: Child;
}

function Note({ shell, title, children }: NoteProps) {
  return (
    <Page shell={shell} title={title}>
      <main id="main" class="note">
        <h1>{title}</h1>
        {children}
      </main>
    </Page>
  );
}

/** How to get a sign-in link. */
function HowToSignIn({ prefix }: Pick<Shell, 'prefix'>) {
  return (
    <>
      <p>A sign-in link is good once, for 15 minutes. There are two ways to get one:</p>
      <ul>
        <li>
          at a terminal of the machine that Packtrain runs on: <code>npx packtrain login</code>
        </li>
        <li>
          in any chat that Packtrain listens to: <code>{prefix}pack login</code>
        </li>
      </ul>
    </>
  );
}

/** 401: who is not signed in reads how to. */
export function NotSignedInPage({ shell }: { readonly shell: Shell }) {
  return (
    <Note shell={shell} title="Please sign in">
      <HowToSignIn prefix={shell.prefix} />
    </Note>
  );
}

/** The page behind a link. A button, since chats and mail scanners open links before people do. */
export function ConfirmLoginPage({ shell, token }: { readonly shell: Shell; readonly token: string }) {
  return (
    <Note shell={shell} title="Sign in to Packtrain">
      <p>Your link is good for this one time.</p>
      <form method="post" action="/login">
        <input type="hidden" name="token" value={token} />
        <button type="submit" autofocus>
          Sign in
        </button>
      </form>
    </Note>
  );
}

/** 410: the link was used, or is too old. */
export function StaleLinkPage({ shell }: { readonly shell: Shell }) {
  return (
    <Note shell={shell} title="This link is used up or too old">
      <HowToSignIn prefix={shell.prefix} />
    </Note>
  );
}

/** 429: too many links that were none. */
export function TooManyAttemptsPage({ shell }: { readonly shell: Shell }) {
  return (
    <Note shell={shell} title="Too many attempts">
      <p>Wait a minute, then use a new sign-in link.</p>
    </Note>
  );
}

/** 400: a form that none of our pages sends. */
export function BadFormPage({ shell }: { readonly shell: Shell }) {
  return (
    <Note shell={shell} title="That was not understood">
      <p>Go back, load the page again, and try once more.</p>
    </Note>
  );
}

/** 404 and its kin. */
export function NotFoundPage({ shell, what, next }: { shell: Shell; what: string; next: Child }) {
  return (
    <Note shell={shell} title={what}>
      <p>{next}</p>
    </Note>
  );
}

/** 500: the log tells more than the page. */
export function BrokenPage({ shell }: { readonly shell: Shell }) {
  return (
    <Note shell={shell} title="Something broke here">
      <p>
        It is in Packtrain's log. What was under way goes on; <a href="/">go back to the chat</a> or load the
        page again.
      </p>
    </Note>
  );
}
