import { z } from 'zod';
import { type AgentSettings, type LinkPurpose, linkPurposes } from '../accounts/agent-settings.ts';
import { cutText } from '../lib/safe-text.ts';
import { type AgentTool, type Toolbox, toolbox } from './tools.ts';

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
  return {
    name: 'offer_link',
    description: `Put a button below your next message that opens a page of the business, when the customer would be helped by it. ${purposes.map((purpose) => meanings[purpose]).join('; ')}. Never write an address yourself: the button has it.`,
    parameters: Parameters,
    run: async (_context, given) => {
      const { purpose, label } = Parameters.parse(given);
      const words = cutText((label ?? '').replace(/\s+/g, ' ').trim(), longestLabel);
      const shown = labels[purpose] ?? (words === '' ? defaultLabels[purpose] : words);
      return {
        output: 'The button will stand below your next message. Write that message now.',
        links: [{ purpose, label: shown }],
        did: ['offered_link'],
      };
    },
  };
}

/** The tools of an agent, by its settings. */
export type ToolboxFor = (settings: Pick<AgentSettings, 'links' | 'linkLabels'>) => Toolbox;

const mostToolboxes = 1_000;

/**
 * Gives each agent the tools that all have, and `offer_link` if its settings have a page to offer. The schemas
 * are made once for each combination; an agent without pages gets the very same toolbox every time.
 */
export function toolboxes(everybodys: AgentTool[]): ToolboxFor {
  const plain = toolbox(everybodys);
  const made = new Map<string, Toolbox>();
  return ({ links = {}, linkLabels = {} }) => {
    const purposes = linkPurposes.filter((purpose) => links[purpose] !== undefined);
    if (purposes.length === 0) return plain;
    const key = JSON.stringify([purposes, linkLabels]);
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size >= mostToolboxes) made.clear();
    const fresh = toolbox([...everybodys, offerLink(purposes, linkLabels)]);
    made.set(key, fresh);
    return fresh;
  };
}
