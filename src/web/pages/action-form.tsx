import type { Child } from 'hono/jsx';
import type { PackAction } from '../pack-actions.js';
import { packPath } from './pack-path.js';

interface ActionFormProps {
  readonly pack: string;
  readonly action: PackAction;
  /** What the button is about, for who hears it out of its place. */
  readonly label?: string;
  readonly look?: 'quiet' | 'quiet danger';
  readonly children: Child;
}

/** A button that asks for something: a form, so that it works without a script too. */
export function ActionForm({ pack, action, label, look, children }: ActionFormProps) {
  const address = packPath(pack);
  // With a name of its own, a form never becomes that of another entry under somebody's finger.
  const about = 'deployment' in action ? action.deployment : 'target' in action ? action.target : pack;
  return (
    <form
      id={`${action.action}-${about}`}
      method="post"
      action={address}
      hx-post={address}
      hx-target="#outcome"
      hx-swap="innerHTML"
      hx-disable="find button"
    >
      {Object.entries(action).map(([name, value]) => (
        <input type="hidden" name={name} value={String(value)} />
      ))}
      <button type="submit" class={look} aria-label={label}>
        {children}
      </button>
    </form>
  );
}
