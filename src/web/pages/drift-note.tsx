import type { Drift } from '../../core/drift.js';

const listed = 20;

/** What somebody changed of a live pack on its target. */
export function DriftNote({ drift }: { readonly drift: Drift }) {
  if (drift.kind !== 'files')
    return (
      <div class="refusal">
        <p>
          It is not as it was deployed:{' '}
          {drift.kind === 'gone' ? 'it is gone from its place' : `${drift.found} is in its place`}.
        </p>
      </div>
    );
  const more = drift.files.length - listed;
  return (
    <div class="refusal">
      <p>It is not as it was deployed; these files were changed on the target itself:</p>
      <ul>
        {drift.files.slice(0, listed).map(({ path, how }) => (
          <li>
            <code>{path}</code> {how}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </div>
  );
}
