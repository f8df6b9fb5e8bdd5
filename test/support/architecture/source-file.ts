import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';

/** A part of a program's syntax tree, as far as rules about any program need to know it. */
export interface SyntaxNode {
  readonly type: string;
  /** Where it begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** One of our source files, parsed. */
export interface SourceFile {
  /** Such as `src/core/clock.ts`, whatever the platform. */
  readonly path: string;
  readonly text: string;
  readonly program: SyntaxNode;
  /** The line, counted from 1, on which a position lies. */
  lineAt(position: number): number;
}

/** Parses a file. Throws when it is no TypeScript. */
export function parseSource(path: string, text: string): SourceFile {
  const lang = path.endsWith('x') ? 'tsx' : 'ts';
  const program = parseAst(text, { lang }, path) as unknown as SyntaxNode;
  return { path, text, program, lineAt: (position) => text.slice(0, position).split('\n').length };
}

/** Parses every TypeScript file below a folder of the project, in a fixed order. */
export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => parseSource(path.slice(root.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')));
}

/** Calls back for each part of a program, from the outside in. */
export function visit(node: unknown, see: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) {
    for (const part of node) visit(part, see);
  } else if (isNode(node)) {
    see(node);
    for (const part of Object.values(node)) visit(part, see);
  }
}

/** Whether something is a part of a syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
