/**
 * The `code` of what was thrown (ENOENT, 28P01 …), if it has one. Asks for no class: under jest the errors of
 * Node's own modules are not instances of the Error that a test's modules see.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
