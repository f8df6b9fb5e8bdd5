/** Letters that match each other where case is ignored, though no plain change of case leads from one to the other. */
const alike: readonly string[] = [
  'iIİı',
  'sSſ',
  'kKK',
  'åÅÅ',
  'µμΜ',
  'ωΩΩ',
  'ßẞ',
  'βΒϐ',
  'εΕϵ',
  'θΘϑϴ',
  'κΚϰ',
  'πΠϖ',
  'ρΡϱ',
  'σςΣ',
  'φΦϕ',
];

function codeOf(text: string): readonly number[] {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  return codes.length === 1 ? codes : [];
}

/** The code points that match this one where case is ignored, itself among them. */
export function caseVariants(code: number, ascii: boolean): readonly number[] {
  const char = String.fromCodePoint(code);
  const plain = [code, ...codeOf(char.toLowerCase()), ...codeOf(char.toUpperCase())];
  if (ascii) return [...new Set(code < 128 ? plain.filter((variant) => variant < 128) : [code])];
  const more = alike.filter((letters) => letters.includes(char));
  return [
    ...new Set([
      ...plain,
      ...more.flatMap((letters) => Array.from(letters, (one) => one.codePointAt(0) ?? 0)),
    ]),
  ];
}
