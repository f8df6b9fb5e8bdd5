/** A delivery as it lies in a file. */
export interface SavedDelivery {
  /** As the path `/webhooks/<host>` of the first line says. */
  readonly host?: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Reads a saved delivery: nothing but a body, or a request as it went over the wire, with or without its first line: the
 * headers, an empty line, the body.
 */
export function parseDelivery(text: string): SavedDelivery {
  const lines = text.split(/(?<=\n)/);
  const end = lines.findIndex((line) => line.trim() === '');
  const head = end < 0 ? [] : lines.slice(0, end).map((line) => line.trim());
  const [first = '', ...others] = head;
  const request = /^[A-Z]+ (\S+)(?: HTTP\/[\d.]+)?$/.exec(first);
  const headers = (request === null ? head : others).map((line) =>
    /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line),
  );
  if (head.length === 0 || headers.some((header) => header === null)) return { headers: {}, body: text };
  const host = /\/webhooks\/([^/?#]+)/.exec(request?.[1] ?? '')?.[1];
  return {
    ...(host === undefined ? {} : { host: decodeURIComponent(host) }),
    headers: Object.fromEntries(
      headers.map((header) => [header?.[1]?.toLowerCase() ?? '', header?.[2] ?? '']),
    ),
    body: lines.slice(end + 1).join(''),
  };
}
