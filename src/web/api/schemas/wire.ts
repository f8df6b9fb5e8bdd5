import { z } from 'zod';
import type { ReasonCode, Refusal } from '../../../core/reason.js';

/** A refusal that was kept, in words for who reads it now. */
export interface WireRefusal {
  readonly code: ReasonCode;
  readonly params: Readonly<Record<string, unknown>>;
  readonly what: string;
  readonly next: string;
}

/** A value as JSON carries it: times are texts, and a refusal comes with its words. */
export type Wire<T> = T extends Date
  ? string
  : T extends Refusal
    ? WireRefusal
    : T extends readonly (infer E)[]
      ? readonly Wire<E>[]
      : T extends object
        ? { readonly [K in keyof T]: Wire<T[K]> }
        : T;

/** Holds a schema against the type that it tells of: a field that is otherwise does not compile. */
export function wire<T>() {
  return <S extends z.ZodType<Wire<T>>>(schema: S): S => schema;
}

/** A time. */
export const time = z.string().meta({ format: 'date-time', description: 'ISO 8601, in UTC.' });

/** Any JSON. */
export const json = z.any();

/** The number of a deployment, a push and so on. */
export const number = z.int().positive();

/** A whole number that may be nothing. */
export const count = z.int().nonnegative();

/** A list of texts. */
export const texts = z.array(z.string());
