import type { ClickToStore } from '../leads/links/store-clicks.ts';

/** A contact that is not known yet. */
export type NewContact = {
  contact_id: string;
  user_id: string;
  name: string | null;
  username: string | null;
};

/**
 * An address of a contact; `moves` when it is stored as another contact's, `changes_hands` when it was another
 * contact's in the database or earlier in the batch.
 */
export type NewIdentity = {
  user_id: string;
  kind: string;
  address: string;
  contact_id: string;
  moves: boolean;
  changes_hands: boolean;
};

/**
 * What the batch adds to one active conversation, or the whole of a new one. `owes` and `answers`
 * count from 1 within the added messages; 0 means none of them does.
 */
export type ConversationDelta = {
  conversation_id: string;
  user_id: string;
  agent_id: string;
  contact_id: string;
  customer_phone: string;
  is_new: boolean;
  added: number;
  owes: number;
  answers: number;
  quiet_ms: number | null;
  takeover_minutes: number | null;
  window_ends_at: string | null;
  referral: unknown;
};

/** A message to store; `ordinal` counts from 1 within what the batch adds to its conversation. */
export type NewMessage = {
  message_id: string;
  agent_id: string;
  contact_id: string;
  ordinal: number;
  sender: 'user' | 'agent';
  author: 'customer' | 'human' | 'system';
  type: string;
  text: string;
  content: unknown;
  platform_message_id: string;
  reply_to: string | null;
  provider_timestamp: string;
  edited: boolean;
  revoked: boolean;
};

export type NewAttachment = {
  attachment_id: string;
  user_id: string;
  message_id: string;
  position: number;
  kind: string;
  mime_type: string | null;
  filename: string | null;
  is_voice_note: boolean;
  provider_media_id: string | null;
  provider_url: string | null;
  sha256: string | null;
};

/** A change to a message that is already stored, or stored by this batch. */
export type MessageChange = {
  user_id: string;
  agent_id: string;
  contact_id: string;
  platform_message_id: string;
} & (
  | { change: 'reaction'; emoji: string | null }
  /** `type` is null where the edit does not say it; members that `content` lacks stay as they were. */
  | { change: 'edit'; type: string | null; text: string; content: unknown; at: string }
  | { change: 'revoke'; at: string }
);

export type StatusChange = {
  user_id: string;
  platform_message_id: string;
  reference: string | null;
  status: string;
  error_code: number | null;
  error_message: string | null;
  /** What was sent to the same customer before it has come as far. */
  includes_earlier?: true;
  /** The active conversation of the customer it came from, where both are known. */
  conversation_id?: string | null;
  at: string;
};

/** The echo of a message of ours: it was sent, under this id. */
export type OwnEcho = {
  user_id: string;
  message_id: string;
  platform_message_id: string;
  at: string;
};

export type NewUnhandledEvent = {
  user_id: string | null;
  platform: string;
  kind: string;
  reason: string;
  payload: unknown;
};

/** A contact's address became another; conversations that write to the old one write to the new one. */
export type AddressChange = {
  user_id: string;
  contact_id: string;
  previous_address: string;
  current_address: string;
};

/** A contact of whom the provider is to be asked who they are. */
export type WantedProfile = { user_id: string; contact_id: string };

/** Everything that one batch of events writes. Names are the columns' own. */
export type InboundPlan = {
  contacts: NewContact[];
  renamedContacts: NewContact[];
  identities: NewIdentity[];
  addressChanges: AddressChange[];
  profiles: WantedProfile[];
  conversations: ConversationDelta[];
  messages: NewMessage[];
  attachments: NewAttachment[];
  /** Buttons that stand for a page of the business, tapped in the messages above. */
  clicks: ClickToStore[];
  changes: MessageChange[];
  statuses: StatusChange[];
  ownEchoes: OwnEcho[];
  unhandled: NewUnhandledEvent[];
};

/** A plan that writes nothing. */
export function emptyPlan(): InboundPlan {
  return {
    contacts: [],
    renamedContacts: [],
    identities: [],
    addressChanges: [],
    profiles: [],
    conversations: [],
    messages: [],
    attachments: [],
    clicks: [],
    changes: [],
    statuses: [],
    ownEchoes: [],
    unhandled: [],
  };
}
