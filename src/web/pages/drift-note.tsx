import { type Drift, driftCommand, isWork } from '../../core/drift.js';
import type { LiveView } from '../../deployments/service.js';
import { FullTime, type TimeStyle } from './time.js';

const listed = 20;

/** What somebody changed of a live pack on its target, and what can be done. */
export function DriftNote({ live, timeZone }: { readonly live: LiveView } & TimeStyle) {
  if (live.drift === undefined) return null;
  const { drift, since } = live.drift;
  return (
    <div class="refusal">
      <p>
        It is not as it was deployed (seen first <FullTime at={since} timeZone={timeZone} />
        ): <What drift={drift} />
      </p>
      {drift.kind === 'files' && <Files drift={drift} />}
      <p>
        {isWork(drift)
          ? 'Nothing is deployed over it by itself. Bring it into Git, or put it back; for admins, '
          : ''}
        <code>{driftCommand(drift, { pack: live.pack, repository: live.live.repository })}</code>
        {isWork(drift) ? ' takes its place and keeps a copy on the target.' : ' puts it there again.'}
      </p>
    </div>
  );
}

function What({ drift }: { readonly drift: Drift }) {
  if (drift.kind === 'gone') return <>it is gone from its place.</>;
  if (drift.kind === 'replaced') return <>{drift.found} is in its place.</>;
  return <>these files were changed on the target itself.</>;
}

function Files({ drift: { files } }: { readonly drift: Extract<Drift, { kind: 'files' }> }) {
  const more = files.length - listed;
  return (
    <ul>
      {files.slice(0, listed).map(({ path, how }) => (
        <li>
          <code>{path}</code> {how}
        </li>
      ))}
      {more > 0 && <li>and {more} more</li>}
    </ul>
  );
}
