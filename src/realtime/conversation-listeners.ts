import { z } from 'zod';
import type { TransientEventKind, TransientEvents } from './event-kinds.ts';
import type { StoredEvent } from './read-events.ts';

/** Something that happened in one conversation; a stored event's `payload` is as `event-kinds.ts` says. */
export type ConversationNews =
  | { isStored: true; kind: string; payload: unknown }
  | {
      [Kind in TransientEventKind]: { isStored: false; kind: Kind; payload: TransientEvents[Kind] };
    }[TransientEventKind];

export type HearConversation = (news: ConversationNews) => void;

/** Those who follow single conversations of one tenant. */
export type ConversationListeners = {
  /** Answers what takes the listener away again. */
  add(conversationId: string, hear: HearConversation): () => void;
  tell(conversationId: string, news: ConversationNews): void;
  /** Tells an event to those who follow the conversations that it names. */
  tellStored(event: StoredEvent): void;
  size(): number;
};

const InConversations = z.looseObject({
  conversationId: z.string().optional(),
  conversationIds: z.array(z.string()).default([]),
});

/** Nobody listens yet. */
export function createConversationListeners(): ConversationListeners {
  const listeners = new Map<string, Set<HearConversation>>();
  const tell = (conversationId: string, news: ConversationNews): void => {
    for (const hear of listeners.get(conversationId) ?? []) hear(news);
  };
  return {
    add(conversationId, hear) {
      const own = listeners.get(conversationId) ?? new Set();
      listeners.set(conversationId, own.add(hear));
      return () => {
        own.delete(hear);
        if (own.size === 0 && listeners.get(conversationId) === own) {
          listeners.delete(conversationId);
        }
      };
    },
    tell,
    tellStored({ kind, payload }) {
      if (listeners.size === 0) return;
      const read = InConversations.safeParse(JSON.parse(payload));
      if (!read.success) return;
      const { conversationId, conversationIds } = read.data;
      const named = conversationId === undefined ? conversationIds : [conversationId];
      for (const id of named) tell(id, { isStored: true, kind, payload: read.data });
    },
    size: () => listeners.size,
  };
}
