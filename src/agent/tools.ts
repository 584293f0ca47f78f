import { z } from 'zod';
import type { ModelTool } from '../llm/language-model.ts';
import type { HandoverReason } from './decide-turn.ts';
import type { OfferedLink } from './offer-link.ts';
import type { Deed } from './promises/deed.ts';

/** Whom a tool acts for: given by the turn, never by the model. */
export type ToolContext = { userId: string; conversationId: string; contactId: string };

/** What a tool tells the model, what it asks of the turn's end, and what it did that the reply may say. */
export type ToolResult = {
  output: string;
  handOver?: HandoverReason;
  links?: OfferedLink[];
  did?: Deed[];
};

/** Something the agent may do. `parameters` are what the model fills in; they are parsed before `run`. */
export interface AgentTool {
  name: string;
  description: string;
  parameters: z.ZodType;
  run(context: ToolContext, parameters: unknown): Promise<ToolResult>;
}

/** Makes a tool whose `run` is given what the model filled in, as its schema reads it. */
export function agentTool<Given>(tool: {
  name: string;
  description: string;
  parameters: z.ZodType<Given>;
  run(context: ToolContext, given: Given): Promise<ToolResult>;
}): AgentTool {
  const { parameters, run } = tool;
  return { ...tool, run: (context, given) => run(context, parameters.parse(given)) };
}

const HandOver = z.object({
  reason: z.string().describe('Why a person is needed, in one short sentence'),
});

/** Lets the model give the conversation to people; done in the transaction that stores its last words. */
export const handOverToHuman: AgentTool = {
  name: 'hand_over_to_human',
  description:
    'Give this conversation to a person of the business: when the customer asks for a person, complains, or needs something you cannot do. Tell the customer afterwards, in one short sentence, that a person will take over.',
  parameters: HandOver,
  run: async () => ({
    output: 'A person will take over after your next message.',
    handOver: 'asked_for_a_person',
    did: ['handed_over'],
  }),
};

/** The tools of an agent: as the model is told about them, strict JSON schemas, and as they are run. */
export type Toolbox = { tools: AgentTool[]; offered: ModelTool[] };

/** Makes the schemas once, because they are the same for every turn. */
export function toolbox(tools: AgentTool[]): Toolbox {
  const offered = tools.map(({ name, description, parameters }) => {
    const { $schema: _, ...schema } = z.toJSONSchema(parameters);
    return { name, description, parameters: schema };
  });
  return { tools, offered };
}

/** Runs what the model asked for. What it asked wrongly is told to it, so that it can ask again. */
export async function runTool(
  tools: AgentTool[],
  context: ToolContext,
  call: { name: string; arguments: string },
): Promise<ToolResult> {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return { output: `There is no tool named ${call.name}.` };
  const given = tool.parameters.safeParse(parseArguments(call.arguments));
  if (!given.success)
    return { output: `These arguments do not fit: ${z.prettifyError(given.error)}` };
  return tool.run(context, given.data);
}

function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
