/** A message as somebody reads it. */
export type ParsedMail = {
  /** By their names in lower case; of several the last. */
  headers: Record<string, string>;
  subject: string;
  text: string | null;
  html: string | null;
};

/** Reads what a mail program writes: folded headers, encoded words, multiparts, quoted-printable and base64. */
export function parseMail(raw: string): ParsedMail {
  const { headers, body } = splitHead(raw);
  const parts = partsOf(headers, body);
  const textOf = (type: string) => parts.find((part) => part.type === type)?.text ?? null;
  return {
    headers,
    subject: decodeWords(headers['subject'] ?? ''),
    text: textOf('text/plain'),
    html: textOf('text/html'),
  };
}

function splitHead(raw: string): { headers: Record<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const head = end === -1 ? raw : raw.slice(0, end);
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { headers, body: end === -1 ? '' : raw.slice(end + 4) };
}

function partsOf(headers: Record<string, string>, body: string): { type: string; text: string }[] {
  const contentType = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) {
    const type = contentType.split(';')[0]?.trim().toLowerCase() ?? 'text/plain';
    return [{ type, text: decodeBody(body, headers['content-transfer-encoding'] ?? '7bit') }];
  }
  return body
    .split(`--${boundary}`)
    .slice(1)
    .filter((section) => !section.startsWith('--'))
    .flatMap((section) => {
      const part = splitHead(section.replace(/^\r\n/, ''));
      return partsOf(part.headers, part.body.replace(/\r\n$/, ''));
    });
}

function decodeBody(body: string, encoding: string): string {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString();
    case 'quoted-printable':
      return decodeQuoted(body.replace(/=[ \t]*\r\n/g, ''));
    default:
      return Buffer.from(body, 'latin1').toString();
  }
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}

/** RFC 2047; the white space between two encoded words is not part of the text. */
function decodeWords(value: string): string {
  return value
    .replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString()
        : decodeQuoted(text.replaceAll('_', ' ')),
    );
}
