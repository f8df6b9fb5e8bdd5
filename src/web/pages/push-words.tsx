import type { Push } from '../../core/push.js';

/** A push: its number, who made it, and what its newest commit says, whole. */
export function PushWords({ push }: { readonly push: Push }) {
  const [subject = '', ...rest] = push.message.split('\n');
  const body = rest.join('\n').trim();
  return (
    <>
      {push.id}
      {push.author !== '' && <> by {push.author}</>}: {subject}
      {body !== '' && <pre class="message">{body}</pre>}
    </>
  );
}
