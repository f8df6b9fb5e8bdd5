import type {
  ContentChange,
  ContentDiff,
  DetailChange,
  FieldChange,
  ParameterChange,
} from '../../core/content.js';
import type { Json } from '../../core/json.js';

/** What differs in a pack's content, as a list that folds. */
export function ContentDiffView({ diff }: { readonly diff: ContentDiff }) {
  const count = diff.content.length + diff.config.length + diff.manifest.length + diff.otherFiles.length;
  if (count === 0) return null;
  return (
    <details class="diff" open={count <= 12}>
      <summary>What changes</summary>
      <ul>
        {diff.content.map((change) => (
          <ContentRow change={change} />
        ))}
        {diff.config.map((change) => (
          <li class={change.change}>
            config option <code>{change.name}</code> {parameterWords(change)}
          </li>
        ))}
        {diff.manifest.map((change) => (
          <li class="changed">
            pack.yaml <FieldWords change={change} />
          </li>
        ))}
        {diff.otherFiles.length > 0 && <li class="changed">other files: {shortList(diff.otherFiles)}</li>}
      </ul>
    </details>
  );
}

function ContentRow({ change }: { change: ContentChange }) {
  return (
    <li class={change.change}>
      {singular(change.type)} <code>{change.name}</code>
      {change.description !== '' && <span class="dim"> {change.description}</span>}
      {change.change === 'changed' && change.details.length > 0 && (
        <ul>
          {change.details.map((detail) => (
            <li>
              <Detail detail={detail} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Detail({ detail }: { detail: DetailChange }) {
  switch (detail.kind) {
    case 'parameter':
      return (
        <>
          parameter <code>{detail.name}</code> {parameterWords(detail)}
        </>
      );
    case 'format':
      return (
        <>
          format {detail.change}: <code>{detail.display}</code>
        </>
      );
    case 'field':
      return <FieldWords change={detail} />;
    case 'code':
      return (
        <>
          code of <code>{detail.file}</code>
        </>
      );
  }
}

function parameterWords(change: ParameterChange): string {
  if (change.change !== 'changed') return `${change.change}${change.required ? ', required' : ''}`;
  return change.attributes
    .map((one) => `${one.field}: ${shown(one.before)} → ${shown(one.after)}`)
    .join('; ');
}

function FieldWords({ change }: { change: FieldChange }) {
  return (
    <>
      {change.field}: {shown(change.before)} → {shown(change.after)}
    </>
  );
}

const longest = 80;

function shown(value: Json): string {
  if (value === null) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const mostFiles = 8;

function shortList(files: readonly string[]): string {
  const rest = files.length - mostFiles;
  return rest > 0 ? `${files.slice(0, mostFiles).join(', ')} and ${rest} more` : files.join(', ');
}

function singular(type: ContentChange['type']): string {
  if (type === 'policies') return 'policy';
  return type === 'aliases' ? 'alias' : type.slice(0, -1);
}
