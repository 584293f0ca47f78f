const sampleBytes = 64 * 1024;

/** Whether the beginning reads as text: UTF-8 without control characters, or UTF-16 that says so. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) {
    return false;
  }
  const sample = bytes.subarray(0, sampleBytes);
  const [first, second] = sample;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return true;
  }
  return isUtf8(sample) && !sample.some(isControl);
}

function isUtf8(sample: Uint8Array): boolean {
  try {
    // As a stream, since the sample may end inside a character.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Control characters but tab, line feed, form feed, carriage return and escape. */
function isControl(byte: number): boolean {
  const isLayout = (byte >= 9 && byte <= 13 && byte !== 11) || byte === 27;
  return (byte < 32 && !isLayout) || byte === 127;
}
