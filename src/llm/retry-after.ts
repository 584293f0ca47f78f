/**
 * How long the provider asks us to wait, from `retry-after-ms` or `retry-after` (seconds or an HTTP date);
 * undefined when it does not say or says nonsense.
 */
export function retryAfterMs(
  header: (name: string) => string | null | undefined,
  now: Date,
): number | undefined {
  const inMs = waitOf(header('retry-after-ms'), 1);
  if (inMs !== undefined) {
    return inMs;
  }
  const retryAfter = header('retry-after');
  return waitOf(retryAfter, 1000) ?? untilDate(retryAfter, now);
}

function waitOf(value: string | null | undefined, unitMs: number): number | undefined {
  return /^\d+(\.\d+)?$/.test(value?.trim() ?? '') ? Math.ceil(Number(value) * unitMs) : undefined;
}

function untilDate(value: string | null | undefined, now: Date): number | undefined {
  const at = Date.parse(value ?? '');
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
