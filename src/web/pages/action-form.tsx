import type { Child } from 'hono/jsx';
import type { PackForm } from '../pack-actions.js';
import { packPath } from './pack-path.js';

interface ActionFormProps {
  readonly pack: string;
  readonly action: PackForm;
  /** What is filled in by hand. */
  readonly fields?: Child;
  /** What the button is about, for who hears it out of its place. */
  readonly label?: string;
  readonly look?: 'quiet' | 'quiet danger' | undefined;
  readonly children: Child;
}

/** A button that asks for something: a form, so that it works without a script too. */
export function ActionForm({ pack, action, fields, label, look, children }: ActionFormProps) {
  const address = packPath(pack);
  // With a name of its own, a form never becomes that of another entry under somebody's finger.
  const about = aboutOf(action) ?? pack;
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
      {fields}
      <button type="submit" class={look} aria-label={label}>
        {children}
      </button>
    </form>
  );
}

function aboutOf(action: PackForm): string | number | undefined {
  switch (action.action) {
    case 'cancel':
    case 'confirm':
    case 'defer':
      return action.deployment;
    case 'return':
      return action.target;
    case 'unlock':
      return `${action.held}-${action.name}`;
    default:
      return undefined;
  }
}
