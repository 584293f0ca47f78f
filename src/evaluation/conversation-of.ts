import type { ConversationToRead } from '../leads/extraction/extract-lead.ts';
import { aliasOf, type LeadMessage } from '../leads/extraction/lead-message.ts';
import {
  forEachDimension,
  gradedDimension,
  type LeadState,
  unknownDimension,
} from '../leads/lead-state.ts';
import type { LabelledLead } from './labelled-lead.ts';

/** As `src/leads/extraction/lead-facts.ts` selects them. */
const contextMessages = 6;

/** Every message of a labelled conversation as extraction knows messages. */
export function messagesOf(lead: LabelledLead): LeadMessage[] {
  return lead.messages.map(({ from, at, text }, index): LeadMessage => {
    const sequenceNo = index + 1;
    const messageId = idOf(lead, sequenceNo);
    return { alias: aliasOf(sequenceNo), messageId, sequenceNo, from, at: new Date(at), text };
  });
}

/**
 * A labelled conversation as extraction gets it from the database: what is new since `read`, a few messages
 * before it and those that earlier evidence is from. Without `read`: since the line's own `last`. Its label
 * stays behind.
 */
export function conversationOf(
  lead: LabelledLead,
  read: Pick<ConversationToRead, 'last' | 'readThrough'> = {
    last: lastOf(lead),
    readThrough: lead.last?.through ?? 0,
  },
): ConversationToRead {
  const { name, instructions, idealCustomer } = lead.business;
  const quoted = new Set(
    Object.values(read.last?.reasoning ?? {}).flatMap(({ evidence }) =>
      evidence.map(({ messageId }) => messageId),
    ),
  );
  return {
    messages: messagesOf(lead).filter(
      ({ sequenceNo, messageId }) =>
        sequenceNo > read.readThrough - contextMessages || quoted.has(messageId),
    ),
    ...read,
    profile: lead.profile,
    business: { agentName: name, instructions, idealCustomer },
  };
}

function idOf({ id }: LabelledLead, sequenceNo: number): string {
  return `${id}-${sequenceNo}`;
}

function lastOf(lead: LabelledLead): LeadState | null {
  const { last } = lead;
  if (last === undefined) return null;
  const { name, company, email, phone, intent } = last;
  return {
    name,
    company,
    email,
    phone,
    intent,
    demoBookDatetime: null,
    notes: null,
    reasoning: forEachDimension((dimension) => {
      const graded = last.dimensions[dimension];
      if (graded === undefined) return unknownDimension(null);
      const evidence = graded.evidence.map(({ message, quote }) => ({
        messageId: idOf(lead, message),
        quote,
      }));
      return gradedDimension(dimension, graded.grade, { evidence, missing: null });
    }),
    brief: { wants: intent, whyNow: [], promised: [] },
  };
}
