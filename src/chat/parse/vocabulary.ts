import type { Config } from '../../config/config.js';
import type { ConfigFinding } from '../../config/source.js';
import type { CommandName } from '../../core/commands.js';
import { type Refusal, refuse, sentence } from '../../core/reason.js';
import { ok, type Result, refused } from '../../core/result.js';
import { type CompiledFormat, compileFormat } from '../../packs/grammar/format.js';
import type { Command } from '../commands/command.js';
import { commandTable } from '../commands/table.js';
import type { Names } from './protect.js';

/** A command with its formats made ready. */
export interface KnownCommand {
  readonly command: Command;
  readonly own: readonly CompiledFormat[];
  /** The formats that the config adds. They come first, so that a user's word wins. */
  readonly added: readonly CompiledFormat[];
  readonly names: Names;
  /** Words of its formats that say which parameter follows. */
  readonly keywords: ReadonlySet<string>;
}

type Formats = ReadonlyMap<CommandName, readonly string[]>;

const made = new WeakMap<Formats, readonly KnownCommand[]>();

let ownFormats: ReadonlyMap<CommandName, readonly CompiledFormat[]> | undefined;

/** The formats of the table, made ready when first needed: most commands of the command line never parse a line. */
function ownFormatsOf(command: Command): readonly CompiledFormat[] {
  ownFormats ??= new Map(commandTable.map((one) => [one.name, compileOwn(one)]));
  return ownFormats.get(command.name) ?? [];
}

/** Every command with its formats; those of a config are made ready once, and bad ones are left out. */
export function vocabularyOf(config: Pick<Config, 'chat'>): readonly KnownCommand[] {
  const { formats } = config.chat;
  const known = made.get(formats) ?? commandTable.map((command) => knownCommand(command, formats));
  made.set(formats, known);
  return known;
}

/** What is wrong with the formats that a config adds, for whoever reads configs. */
export function checkFormats({ chat: { formats } }: Pick<Config, 'chat'>): readonly ConfigFinding[] {
  return commandTable.flatMap((command) =>
    (formats.get(command.name) ?? []).flatMap((format, index) => {
      const compiled = compileAdded(command, format);
      const path = ['chat', 'formats', command.name, index];
      return compiled.ok ? [] : [{ path, text: sentence(compiled.refusal) }];
    }),
  );
}

function knownCommand(command: Command, formats: Formats): KnownCommand {
  const added = (formats.get(command.name) ?? []).map((format) => compileAdded(command, format));
  return {
    command,
    own: ownFormatsOf(command),
    added: added.flatMap((one) => (one.ok ? [one.value] : [])),
    names: {
      params: new Set(command.params.map((param) => param.name)),
      options: new Set(command.options ?? []),
    },
    keywords: new Set(command.params.flatMap((param) => param.keyword ?? [])),
  };
}

function compileOwn(command: Command): readonly CompiledFormat[] {
  return command.formats.flatMap(({ representation }) =>
    representation.map((format) => {
      const compiled = compileFormat(inAnyCase(format));
      if (!compiled.ok) throw new Error(`the format "${format}" of ${command.name} is not valid`);
      return compiled.value;
    }),
  );
}

/** The format with its fixed words in any case. */
function inAnyCase(format: string): string {
  return format.replace(/\{\{.*?\}\}|\w+/gu, (part) => (part.startsWith('{{') ? part : `(?i:${part})`));
}

function compileAdded(command: Command, format: string): Result<CompiledFormat> {
  const compiled = compileFormat(format);
  if (!compiled.ok) return compiled;
  const problem = misfit(
    command,
    format,
    compiled.value.params.map((param) => param.name),
  );
  return problem === undefined ? ok(compiled.value) : refused(problem);
}

function misfit(command: Command, format: string, params: readonly string[]): Refusal | undefined {
  const known = [...command.params.map((param) => param.name), ...(command.options ?? [])];
  const about = { format, command: command.name };
  const unknown = params.find((name) => !known.includes(name));
  if (unknown !== undefined)
    return refuse('format-unknown-parameter', { ...about, parameter: unknown, known });
  const lacking = command.params.find(
    ({ name, isRequired, isFoundOut }) => isRequired && !isFoundOut && !params.includes(name),
  );
  return lacking && refuse('format-lacks-parameter', { ...about, parameter: lacking.name });
}
