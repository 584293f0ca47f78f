import type { Config } from './config.ts';

/**
 * Where browsers reach this installation: PUBLIC_URL, or what the server of this machine prints. Undefined for a
 * server that takes any free port, which nobody else knows.
 */
export function reachableUrl({ publicUrl, port }: Config['http']): string | undefined {
  if (publicUrl !== undefined || port === 0) return publicUrl;
  return `http://localhost:${port}`;
}
