import { notSpaceSet, spaceSet } from './python-re/classes.js';

/** A default of an optional parameter, as the format gives it: without its quotes, with its braces. */
export interface DefaultValue {
  readonly name: string;
  readonly value: string;
}

/** A format with its parameters written out as groups: a pattern in Python's `re` syntax, and the defaults. */
export interface ExpandedFormat {
  readonly pattern: string;
  readonly defaults: readonly DefaultValue[];
}

const key = `\\{\\{${spaceSet}*(${notSpaceSet}+?)${spaceSet}*`;

/** `{{ name = default }}`, with the white space before it; `any` is what a default may be made of. */
function optionalOf(any: string): RegExp {
  const value = `(?:""|''|"(${any}+?)"|'(${any}+?)'|(\\{${any}+?\\})|(${any}+?))`;
  return new RegExp(`(${spaceSet}*)${key}${spaceSet}*=${spaceSet}*${value}${spaceSet}*\\}\\}`, 'gsv');
}

const optional = optionalOf('[^\\n]');
const optionalOverLines = optionalOf('.');
const required = new RegExp(`(${spaceSet}*)${key}\\}\\}`, 'gv');

/**
 * The group that takes a value: in quotes (one on each side is left out), in braces (kept), or up to what follows.
 * Single quotes are escaped only so that positions in error messages are those which the original parser gives.
 */
function valueGroup(space: string, name: string): string {
  const value = String.raw`(?:(?<=\').+?(?=\')|(?<=").+?(?=")|{.+?}|.+?)`;
  const quote = String.raw`["\']?`;
  return `${space}${quote}(?P<${name}>${value})${quote}`;
}

function defaultsOf(format: string): readonly DefaultValue[] {
  return [...format.matchAll(optionalOverLines)].map(([, , name = '', ...values]) => ({
    name,
    value: values.filter((value) => value !== undefined).join(''),
  }));
}

/**
 * Writes the parameters of a format out as groups. An optional parameter takes the white space before it along; one
 * whose default runs over several lines is left as it stands, though its default is listed.
 */
export function expandFormat(format: string): ExpandedFormat {
  const withOptional = format.replace(
    optional,
    (_, space: string, name: string) => `(?:${valueGroup(space, name)})?`,
  );
  const pattern = withOptional.replace(required, (_, space: string, name: string) => valueGroup(space, name));
  return { pattern, defaults: defaultsOf(format) };
}

/** What stands for parameters; optional ones are left out unless given. */
export interface FillIn {
  readonly required: string;
  readonly optional?: string;
}

/** A format with words in place of its parameters, the text around them as it stands. */
export function fillIn(format: string, { required: value, optional: other }: FillIn): string {
  const withOptional = format.replace(optional, (_, space: string) =>
    other === undefined ? '' : `${space}${other}`,
  );
  return withOptional.replace(required, (_, space: string) => `${space}${value}`);
}
