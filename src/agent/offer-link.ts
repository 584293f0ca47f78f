import { z } from 'zod';
import type { AgentSettings, LinkPurpose } from '../accounts/agent-settings.ts';
import { cutText } from '../lib/safe-text.ts';
import { type AgentTool, agentTool } from './tools.ts';

/** A link that the model wants below its next message. */
export type OfferedLink = { purpose: LinkPurpose; label: string };

const meanings: Record<LinkPurpose, string> = {
  pricing: 'pricing: the prices',
  demo: 'demo: to see or book a demonstration',
  followup: 'followup: to be contacted again, or to go on later',
  sample: 'sample: to get a sample',
  website: 'website: the web page of the business',
};

const defaultLabels: Record<LinkPurpose, string> = {
  pricing: 'See prices',
  demo: 'Book a demo',
  followup: 'Follow up',
  sample: 'Get a sample',
  website: 'Visit our website',
};

/** More than WhatsApp shows; the channel's own limit is kept where the button is made. */
const longestLabel = 60;

/** Lets the model put one of the business's links below its next message, for these purposes and no other. */
export function offerLink(
  purposes: LinkPurpose[],
  labels: AgentSettings['linkLabels'] = {},
): AgentTool {
  const Parameters = z.object({
    purpose: z.enum(purposes),
    label: z
      .string()
      .nullable()
      .describe(
        "What stands on the button, at most 20 characters, in the customer's language; null for the usual words",
      ),
  });
  return agentTool({
    name: 'offer_link',
    description: `Put a button below your next message that opens a page of the business, when the customer would be helped by it. ${purposes.map((purpose) => meanings[purpose]).join('; ')}. Never write an address yourself: the button has it.`,
    parameters: Parameters,
    run: async (_context, { purpose, label }) => {
      const words = cutText((label ?? '').replace(/\s+/g, ' ').trim(), longestLabel);
      const shown = labels[purpose] ?? (words === '' ? defaultLabels[purpose] : words);
      return {
        output: 'The button will stand below your next message. Write that message now.',
        links: [{ purpose, label: shown }],
        did: ['offered_link'],
      };
    },
  });
}
