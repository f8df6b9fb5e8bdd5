import type { Intent } from './intent.js';

/** A pack's name as packs have it: all small. People write it with any capitals. */
export function packName(written: string): string {
  return written.toLowerCase();
}

/** An intent with the names of its packs as packs have them. */
export function withPackNames<I extends Intent>(intent: I): I {
  return { ...intent, ...named(intent) };
}

/** The parts of an intent that name packs. */
function named(intent: Intent): Partial<Intent> {
  switch (intent.kind) {
    case 'deploy':
      if (intent.packs.kind !== 'named') return {};
      return { packs: { kind: 'named', packs: [...new Set(intent.packs.packs.map(packName))] } };
    case 'lock':
    case 'unlock':
      return intent.scope.kind === 'pack'
        ? { scope: { kind: 'pack', pack: packName(intent.scope.pack) } }
        : {};
    case 'cancel':
    case 'confirm':
    case 'defer':
    case 'link':
    case 'unlink':
      return {};
    case 'reword':
      return intent.pack === undefined ? {} : { pack: packName(intent.pack) };
    default:
      return { pack: packName(intent.pack) };
  }
}
