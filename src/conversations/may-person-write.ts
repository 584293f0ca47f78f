import { parseAgentSettings } from '../accounts/agent-settings.ts';
import type { ChannelCapabilities } from '../channels/channel.ts';

/**
 * Whether a person of the business may write to the customer now: people may for longer than the AI on some
 * channels, and where there are templates one goes out in the place of the text. `windowClosedForMs` is negative
 * while the reply window is open, null if it never was.
 */
export function mayPersonWrite(
  capabilities: ChannelCapabilities,
  facts: { windowClosedForMs: number | null; settings: unknown },
): boolean {
  const { templateName } = parseAgentSettings(facts.settings);
  if (templateName !== undefined && capabilities.hasTemplates) return true;
  const { personWindowMs, replyWindowMs } = capabilities;
  return (
    facts.windowClosedForMs !== null && facts.windowClosedForMs < personWindowMs - replyWindowMs
  );
}
