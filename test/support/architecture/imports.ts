import { posix } from 'node:path';
import { isNode, type SourceFile, type SyntaxNode, visit } from './source-file.js';

/** One file that names another one, or a package. */
export interface Import {
  readonly from: string;
  readonly line: number;
  /** A path such as `src/core/clock.ts` for one of ours, else the package as it is written. */
  readonly to: string;
  readonly isOurs: boolean;
  /** Whether nothing of it is left when the program runs. */
  readonly isType: boolean;
}

const naming = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Everything that files import from each other and from packages. */
export function importsAmong(files: readonly SourceFile[]): Import[] {
  const paths = new Set(files.map((file) => file.path));
  // The compiler writes `.js` for `.tsx` too.
  const settled = (to: string) => (!paths.has(to) && paths.has(`${to}x`) ? `${to}x` : to);
  return files.flatMap(importsOf).map((one) => ({ ...one, to: settled(one.to) }));
}

/** Everything that a file imports, re-exports, loads while it runs, or names in a type. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  visit(file.program, (node) => {
    const name = naming.has(node.type) ? nameIn(node) : undefined;
    if (name === undefined) return;
    const isOurs = name.startsWith('.');
    const to = isOurs ? ourPath(file.path, name) : name;
    found.push({ from: file.path, line: file.lineAt(node.start), to, isOurs, isType: isTypeOnly(node) });
  });
  return found;
}

function nameIn(node: SyntaxNode): string | undefined {
  const { source } = node;
  const isLiteral = isNode(source) && source.type === 'Literal' && typeof source.value === 'string';
  return isLiteral ? String(source.value) : undefined;
}

/** `import { type A }` does not count: with `verbatimModuleSyntax` the other file is still loaded. */
function isTypeOnly(node: SyntaxNode): boolean {
  return node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
}

/** An import names what the compiler will write; the file beside it is the source of that. */
function ourPath(from: string, name: string): string {
  return posix.join(posix.dirname(from), name).replace(/\.js$/, '.ts');
}
