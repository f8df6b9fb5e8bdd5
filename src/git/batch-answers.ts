/** What `git cat-file` answers to one name. `large`: longer than the reader keeps, so its content was let go. */
export type BatchAnswer =
  | { readonly kind: 'object'; readonly id: string; readonly type: string; readonly content: Buffer }
  | { readonly kind: 'large'; readonly id: string; readonly type: string; readonly size: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous' };

interface Body {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  /** Bytes still to come, with the newline that ends the content. */
  left: number;
  readonly parts: Buffer[];
}

const header = /^([0-9a-f]{40,64}) (\w+) (\d+)$/;

/**
 * Reads the stream of `git cat-file --batch`, chunk by chunk; chunks may end anywhere.
 * @param maxBytes - Longer contents are read past, and answered as `large`.
 * @param give - Called with each answer, in order.
 */
export function createAnswerReader(
  maxBytes: number,
  give: (answer: BatchAnswer) => void,
): (chunk: Buffer) => void {
  let head: Buffer[] = [];
  let body: Body | undefined;

  function takeHead(chunk: Buffer): Buffer {
    const end = chunk.indexOf(10);
    head.push(end === -1 ? chunk : chunk.subarray(0, end));
    if (end === -1) return chunk.subarray(chunk.length);
    const line = Buffer.concat(head).toString();
    head = [];
    begin(line);
    return chunk.subarray(end + 1);
  }

  function begin(line: string): void {
    const [, id, type, size] = header.exec(line) ?? [];
    if (id !== undefined && type !== undefined)
      body = { id, type, size: Number(size), left: Number(size) + 1, parts: [] };
    else give({ kind: line.endsWith(' ambiguous') ? 'ambiguous' : 'missing' });
  }

  function takeBody(chunk: Buffer, of: Body): Buffer {
    const part = chunk.subarray(0, of.left);
    if (of.size <= maxBytes) of.parts.push(part);
    of.left -= part.length;
    if (of.left === 0) {
      body = undefined;
      give(finished(of));
    }
    return chunk.subarray(part.length);
  }

  function finished(of: Body): BatchAnswer {
    const { id, type, size } = of;
    if (size > maxBytes) return { kind: 'large', id, type, size };
    const whole = of.parts.length === 1 && of.parts[0] !== undefined ? of.parts[0] : Buffer.concat(of.parts);
    return { kind: 'object', id, type, content: whole.subarray(0, size) };
  }

  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) rest = body === undefined ? takeHead(rest) : takeBody(rest, body);
  };
}

/** Reads the stream of `git cat-file --batch-check`: one line a name, without contents. */
export function createSizeReader(give: (size: number | undefined) => void): (chunk: Buffer) => void {
  let head = '';
  return (chunk) => {
    const lines = (head + chunk.toString('latin1')).split('\n');
    head = lines.pop() ?? '';
    for (const line of lines) {
      const size = header.exec(line)?.[3];
      give(size === undefined ? undefined : Number(size));
    }
  };
}
