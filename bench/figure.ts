/** One thing that was measured. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'per s' | 'lost' | 's of CPU';
  /** The same done by the raw commands, in this run. */
  readonly raw?: { readonly what: string; readonly value: number };
  /** What it should be: at most so many times the raw one, or at most so much; absent: it is only told. */
  readonly target?: { readonly ratio: number } | { readonly most: number };
  /** More numbers, for the JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The value divided by the raw one. */
export function ratioOf({ value, raw }: Figure): number | undefined {
  return raw === undefined ? undefined : value / raw.value;
}

/** Whether it is as it should be; undefined when nothing is said about that. */
export function isMet(figure: Figure): boolean | undefined {
  const { target, value } = figure;
  if (target === undefined) return undefined;
  if ('most' in target) return value <= target.most;
  const ratio = ratioOf(figure);
  return ratio === undefined ? undefined : ratio <= target.ratio;
}
