import { isNode, type SourceFile, type SyntaxNode, visit } from './source-file.js';

/** A place where a file breaks a rule, as `src/git/git.ts:12 …`. */
export type Complaint = string;

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const exportKinds = new Set(['ExportNamedDeclaration', 'ExportDefaultDeclaration']);

/** Functions with more lines than this of their own: those of functions inside them count there. */
export function longFunctions(file: SourceFile, most: number): Complaint[] {
  const complaints: Complaint[] = [];
  visit(file.program, (node) => {
    if (!functions.has(node.type)) return;
    const own = linesOf(file, node) - innerFunctions(node).reduce((sum, f) => sum + linesOf(file, f), 0);
    if (own > most) complaints.push(`${where(file, node)} a function of ${own} lines`);
  });
  return complaints;
}

/** The outermost functions within a function. One on a line that goes on around it takes no line of its own. */
function innerFunctions(node: SyntaxNode): SyntaxNode[] {
  const inner: SyntaxNode[] = [];
  visit(node, (part) => {
    const isInner = part !== node && functions.has(part.type);
    if (isInner && !inner.some((outer) => outer.start <= part.start && part.end <= outer.end))
      inner.push(part);
  });
  return inner;
}

function linesOf(file: SourceFile, node: SyntaxNode): number {
  const breaks = file.lineAt(node.end) - file.lineAt(node.start);
  return breaks === 0 ? 0 : breaks + 1;
}

/** Exported functions and classes that no TSDoc stands before. */
export function undocumented(file: SourceFile): Complaint[] {
  return topLevel(file)
    .filter((node) => exportKinds.has(node.type) && isFunctionOrClass(node.declaration))
    .filter((node) => !hasTsDoc(file, node))
    .map((node) => `${where(file, node)} exports without a TSDoc comment`);
}

function isFunctionOrClass(declaration: unknown): boolean {
  if (!isNode(declaration)) return false;
  if (declaration.type !== 'VariableDeclaration')
    return /^(Function|Class)Declaration$/.test(declaration.type);
  const { declarations } = declaration;
  return (
    Array.isArray(declarations) &&
    declarations.some((one) => isNode(one.init) && functions.has(one.init.type))
  );
}

// An overload has its comment on its first signature.
function hasTsDoc(file: SourceFile, node: SyntaxNode): boolean {
  const before = file.text.slice(0, node.start).trimEnd();
  return before.endsWith('*/') && before.lastIndexOf('/**') > before.lastIndexOf('*/', before.length - 3);
}

/** Default exports. */
export function defaultExports(file: SourceFile): Complaint[] {
  return topLevel(file)
    .filter((node) => node.type === 'ExportDefaultDeclaration')
    .map((node) => `${where(file, node)} exports by default`);
}

/** Uses of something of an object, such as `process.env`. */
export function usesOf(file: SourceFile, object: string, property?: string): Complaint[] {
  const complaints: Complaint[] = [];
  visit(file.program, (node) => {
    if (node.type !== 'MemberExpression' || !isNamed(node.object, object)) return;
    if (property !== undefined && !isNamed(node.property, property)) return;
    complaints.push(`${where(file, node)} uses ${file.text.slice(node.start, node.end)}`);
  });
  return complaints;
}

function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node.name === name;
}

/** Lines in which one of the words stands, alone or as a part of a name such as `slackClient`. */
export function linesWith(file: SourceFile, words: ReadonlySet<string>): Complaint[] {
  return file.text.split('\n').flatMap((line, index) => {
    const word = wordsOf(line).find((one) => words.has(one));
    return word === undefined ? [] : [`${file.path}:${index + 1} says ${word}: ${line.trim()}`];
  });
}

function wordsOf(line: string): string[] {
  const parts = line.replace(/([a-z\d])([A-Z])/g, '$1 $2').split(/[^A-Za-z]+/);
  return parts.map((part) => part.toLowerCase());
}

function topLevel({ program }: SourceFile): SyntaxNode[] {
  return Array.isArray(program.body) ? program.body.filter(isNode) : [];
}

function where(file: SourceFile, node: SyntaxNode): string {
  return `${file.path}:${file.lineAt(node.start)}`;
}
