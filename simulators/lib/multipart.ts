/** One part of a multipart/form-data body. */
export type Part = { name: string; filename?: string; contentType?: string; bytes: Buffer };

const headerEnd = Buffer.from('\r\n\r\n');

/** The parts of a multipart/form-data body (RFC 7578); empty when the content type names no boundary. */
export function parseMultipart(contentType: string | undefined, body: Buffer): Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1];
  if (boundary === undefined) return [];
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let start = body.indexOf(delimiter);
  while (start !== -1) {
    const next = body.indexOf(delimiter, start + delimiter.length);
    if (next === -1) break;
    // Between two delimiters: CRLF, headers, an empty line, the bytes, CRLF.
    const part = parsePart(body.subarray(start + delimiter.length + 2, next - 2));
    if (part !== undefined) parts.push(part);
    start = next;
  }
  return parts;
}

function parsePart(section: Buffer): Part | undefined {
  const split = section.indexOf(headerEnd);
  if (split === -1) return undefined;
  const headers = section.subarray(0, split).toString();
  const name = /name="([^"]*)"/i.exec(headers)?.[1];
  if (name === undefined) return undefined;
  const filename = /filename="([^"]*)"/i.exec(headers)?.[1];
  const contentType = /^content-type: *(.+)$/im.exec(headers)?.[1]?.trim();
  return {
    name,
    bytes: section.subarray(split + headerEnd.length),
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** The text of the first part of that name. */
export function partText(parts: Part[], name: string): string | undefined {
  return parts.find((part) => part.name === name)?.bytes.toString();
}
