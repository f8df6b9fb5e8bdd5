import { Markdown } from '../markdown.js';
import { Page, type Shell } from './shell.js';
import { FullTime } from './time.js';

interface SaidPageProps {
  readonly shell: Shell;
  /** Chat Markdown. */
  readonly text: string;
  readonly platform: string;
  readonly changedAt: Date;
  readonly timeZone?: string | undefined;
}

/** All of a message that was too long for the chat in which it was said. */
export function SaidPage({ shell, text, platform, changedAt, timeZone }: SaidPageProps) {
  return (
    <Page shell={shell} title="All of it" bodyClass="sheet">
      <main id="main">
        <h1>All of it</h1>
        <p class="dim">
          Said in {platform}, <FullTime at={changedAt} timeZone={timeZone} />
        </p>
        <Markdown text={text} />
      </main>
    </Page>
  );
}
