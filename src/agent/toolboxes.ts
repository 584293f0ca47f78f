import { type AgentSettings, linkPurposes } from '../accounts/agent-settings.ts';
import { offerLink } from './offer-link.ts';
import { type AgentTool, type Toolbox, toolbox } from './tools.ts';

/** What an agent can do about meetings: book them, take down wishes while it cannot, or nothing. */
export type MeetingAbility = 'bookings' | 'wishes' | 'none';

/** The tools of an agent, by its settings and what it can do about meetings. */
export type ToolboxFor = (
  settings: Pick<AgentSettings, 'links' | 'linkLabels'>,
  meetings: MeetingAbility,
) => Toolbox;

/** The tools that there are: everybody's, and those of agents who take bookings or wishes. */
export type Tools = { everybodys: AgentTool[]; bookings: AgentTool[]; wishes: AgentTool[] };

const mostToolboxes = 1_000;

/**
 * Gives each agent the tools that all have, `offer_link` if its settings have a page to offer, and those for meetings.
 * The schemas are made once for each combination; agents that are alike get the very same toolbox every time.
 */
export function toolboxes(tools: Tools): ToolboxFor {
  const made = new Map<string, Toolbox>();
  return ({ links = {}, linkLabels = {} }, meetings) => {
    const purposes = linkPurposes.filter((purpose) => links[purpose] !== undefined);
    const key = JSON.stringify([meetings, purposes, purposes.length === 0 ? {} : linkLabels]);
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size >= mostToolboxes) made.clear();
    const fresh = toolbox([
      ...tools.everybodys,
      ...(meetings === 'none' ? [] : tools[meetings]),
      ...(purposes.length === 0 ? [] : [offerLink(purposes, linkLabels)]),
    ]);
    made.set(key, fresh);
    return fresh;
  };
}
