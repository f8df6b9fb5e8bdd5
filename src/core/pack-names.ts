import type { Intent } from './intent.js';

/** A pack's name as packs have it: all small. People write it with any capitals. */
export function packName(written: string): string {
  return written.toLowerCase();
}

/** An intent with the names of its packs as packs have them. */
export function withPackNames<I extends Intent>(intent: I): I;
export function withPackNames(intent: Intent): Intent {
  switch (intent.kind) {
    case 'deploy':
      if (intent.packs.kind !== 'named') return intent;
      return { ...intent, packs: { kind: 'named', packs: [...new Set(intent.packs.packs.map(packName))] } };
    case 'lock':
    case 'unlock':
      if (intent.scope.kind !== 'pack') return intent;
      return { ...intent, scope: { kind: 'pack', pack: packName(intent.scope.pack) } };
    case 'cancel':
    case 'confirm':
    case 'defer':
      return intent;
    default:
      return { ...intent, pack: packName(intent.pack) };
  }
}
