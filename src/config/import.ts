import { resolve } from 'node:path';
import { parseConfig } from './parse.js';
import type { Problem } from './problem.js';

/** A `packtrain.yaml`, or why the original file is none. */
export type Imported =
  | { readonly ok: true; readonly yaml: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Makes a `packtrain.yaml` of the `config.yaml` of a packs.deploy pack. Its keys have kept their names, so its text
 * stays as it is, comments and all; what Packtrain can do beyond it is added as comments to start from.
 */
export function importOriginal(text: string, shown: string): Imported {
  const loaded = parseConfig(text, { path: resolve(shown), shown });
  if (!loaded.ok) return { ok: false, problems: loaded.problems };
  return { ok: true, yaml: `${body(text)}\n${startingPoint}` };
}

// A document may end with a mark, after which only comments may follow; that is all that is added.
function body(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .concat('\n');
}

const startingPoint = `# Where packs go live. Without this section: a directory, /opt/stackstorm/packs.
# targets:
#   default: { kind: directory, path: /opt/stackstorm/packs }

# Those who may force things, such as taking over a pack that was put there by hand.
# admins: [ann]

# Who may do what. Without rules, everybody may deploy.
# access:
#   - allow: { people: [ann, bob] }
#     commands: [deploy, rollback]
`;
