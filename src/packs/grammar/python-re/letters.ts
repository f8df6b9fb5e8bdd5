const lastOfBasicPlane = 0xffff;
/** What may have a case at all: few do, and to look at the case of all the others takes most of the time. */
const mayHaveCase = /\p{Changes_When_Casemapped}/u;

/** The one form that all letters share which match each other where case is ignored. */
function folded(char: string): string {
  // Python maps the capital I with a dot to the plain i; JavaScript keeps the dot as a second character.
  const lower = char === '\u0130' ? 'i' : char.toLowerCase();
  const upper = lower.toUpperCase();
  return Array.from(upper).length === 1 ? upper : lower;
}

let known: ReadonlyMap<string, readonly number[]> | undefined;

/** All letters of the basic plane by their common form; made at the first pattern that ignores case. */
function families(): ReadonlyMap<string, readonly number[]> {
  if (known !== undefined) return known;
  const found = new Map<string, number[]>();
  for (let code = 0; code <= lastOfBasicPlane; code += 1) {
    const char = String.fromCharCode(code);
    if (!mayHaveCase.test(char)) continue;
    const form = folded(char);
    if (form === char && char.toLowerCase() === char) continue;
    const family = found.get(form) ?? [];
    family.push(code);
    found.set(form, family);
  }
  known = found;
  return found;
}

function single(text: string): readonly number[] {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  return codes.length === 1 ? codes : [];
}

/** The code points that match this one where case is ignored, itself among them; in ASCII mode only A to Z differ. */
export function caseVariants(code: number, ascii: boolean): readonly number[] {
  const char = String.fromCodePoint(code);
  if (ascii && code > 127) return [code];
  const family = families().get(folded(char)) ?? [];
  const variants = [code, ...single(char.toLowerCase()), ...single(char.toUpperCase()), ...family];
  return [...new Set(ascii ? variants.filter((variant) => variant <= 127) : variants)];
}
