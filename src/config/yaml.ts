import { type Document, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml';

/** A YAML text with its tree, in which every node knows its place. */
export interface Tree {
  readonly text: string;
  readonly document: Document.Parsed;
  /** The root node; null for an empty text. */
  readonly root: ParsedNode | null;
  /** Line and column, both from 1, of an offset. */
  place(offset: number): { readonly line: number; readonly column: number };
}

/** Something that is wrong with a text, before it has a file and a line. */
export interface Finding {
  /** Where, in characters from the beginning. */
  readonly offset: number;
  readonly text: string;
}

/** Reads YAML as far as it goes. With syntax findings, the tree is only good for finding secrets in it. */
export function readYaml(text: string): { readonly tree: Tree; readonly syntax: readonly Finding[] } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const tree: Tree = {
    text,
    document,
    root: document.contents,
    place: (offset) => placeOf(lineCounter, offset),
  };
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    offset: error.pos[0],
    text: sentences[error.code] ?? 'This is no valid YAML.',
  }));
  return { tree, syntax: [...syntax, ...danglingAliases(document)] };
}

function danglingAliases(document: Document.Parsed): readonly Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined)
        findings.push({ offset: alias.range?.[0] ?? 0, text: 'This alias has no anchor (&name) before it.' });
    },
  });
  return findings;
}

function placeOf(counter: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = counter.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

// The library's own messages may quote the text, which may be a secret.
const sentences: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'This alias is not well formed.',
  BAD_DQ_ESCAPE: 'There is no such escape in double quotes; in single quotes a backslash stands for itself.',
  BAD_INDENT: 'The indentation is wrong here.',
  BAD_SCALAR_START: "A value can't begin with this character: put it in quotes.",
  BLOCK_AS_IMPLICIT_KEY:
    "A map on one line can't hold a second colon: put the value in quotes, or begin a new line.",
  BLOCK_IN_FLOW: 'Inside { } and [ ] everything is written with commas, not with dashes and indentation.',
  MISSING_CHAR: 'Something is missing here: a closing quote, a bracket, a colon, or a space after the colon.',
  MULTILINE_IMPLICIT_KEY: 'This line has no colon, or it lacks the space after its colon.',
  MULTIPLE_ANCHORS: 'A value can have only one anchor.',
  MULTIPLE_DOCS: 'The file must be a single document: take away this ---.',
  TAB_AS_INDENT: 'YAML is indented with spaces, and here stands a tab.',
  TAG_RESOLVE_FAILED:
    'This tag is unknown: tags that begin with ! have no meaning here. Put the value in quotes.',
  UNEXPECTED_TOKEN: 'This is unexpected here: is a quote, a bracket or a colon in the wrong place?',
  RESOURCE_EXHAUSTION: 'This is nested too deeply.',
};
