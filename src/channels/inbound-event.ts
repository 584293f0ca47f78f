/** The kinds of place a customer can write from. */
export type Platform = 'whatsapp' | 'instagram' | 'webchat';

/** The tenant's own account on a channel, by the provider's id (`phone_numbers.meta_phone_number_id`). */
export type ChannelAccount = { platform: Platform; accountId: string };

export type AddressKind = 'phone' | 'whatsapp_user_id' | 'instagram_user_id' | 'webchat_visitor';

/** One way to reach a person. A phone is digits with its country code and no plus sign. */
export type ContactAddress = { kind: AddressKind; address: string };

/** The customer's side of an event. `addresses` is never empty; the first one is the one to send to. */
export type Customer = {
  addresses: [ContactAddress, ...ContactAddress[]];
  name?: string;
  username?: string;
};

/** A file that waits at the provider to be fetched, by id or by a short-lived URL; or one that was uploaded to us before. */
export type MediaReference = {
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  /** An upload that is stored already and that no message has taken: this message takes it. */
  attachmentId?: string;
  providerMediaId?: string;
  url?: string;
  mimeType?: string;
  sha256?: string;
  filename?: string;
  isVoiceNote?: boolean;
};

export type MessageType =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'interactive'
  | 'button'
  | 'order'
  | 'system'
  | 'template'
  | 'unsupported';

/**
 * What was said. `text` is what a person would read (body, caption, button title; '' when there is none);
 * `details` keeps the rest of the type's members as JSON, e.g. `{ latitude, longitude }`, `{ kind: 'button_reply', id, title }`.
 * Files may come with any type: what a text is about, such as a story.
 */
export type MessageContent = {
  type: MessageType;
  text: string;
  details: Record<string, unknown>;
  media: MediaReference[];
};

/** Why and from where the customer came: an ad or a post that opened the chat. Members as the provider named them. */
export type Referral = Record<string, unknown>;

/** A refusal as the provider explains it. */
export type ProviderError = { code: number; text: string; details?: string };

/** What a refusal is about: this message, everything the account sends, or free text after the reply window closed. */
export type RefusalScope = 'message' | 'account' | 'reply_window';

export type DeliveryProgress = 'sent' | 'delivered' | 'read' | 'failed';

export type MessageReceived = {
  type: 'message';
  account: ChannelAccount;
  providerMessageId: string;
  from: Customer;
  content: MessageContent;
  /** False for what nobody waits for an answer to, such as a system notice. */
  expectsReply: boolean;
  replyToProviderMessageId?: string;
  referral?: Referral;
  /** The id of the conversation, if this message begins one: the customer may follow it already. */
  newConversationId?: string;
  sentAt: Date;
};

/**
 * What somebody wrote in public below something of the business. It may be answered once, in private: its details are
 * `{ kind: 'comment', commentId, answerableUntil, … }`. No reply window opens.
 */
export type CommentReceived = {
  type: 'comment';
  account: ChannelAccount;
  providerMessageId: string;
  from: Customer;
  content: MessageContent;
  referral?: Referral;
  sentAt: Date;
};

export type StatusReceived = {
  type: 'status';
  account: ChannelAccount;
  providerMessageId: string;
  status: DeliveryProgress;
  /** Our own message id, if the provider gives back what we sent along. */
  reference?: string;
  /** Why it failed. */
  error?: ProviderError;
  /** What a failure is about, as for a refused send; absent when another try may help. */
  refusalScope?: RefusalScope;
  /** What we sent to the customer before this message has come as far. */
  includesEarlier?: true;
  /** Who has seen it, where the provider says so. */
  seenBy?: ContactAddress;
  at: Date;
};

export type ReactionReceived = {
  type: 'reaction';
  account: ChannelAccount;
  providerMessageId: string;
  from: Customer;
  targetProviderMessageId: string;
  /** Null when the reaction was taken back. */
  emoji: string | null;
  sentAt: Date;
};

export type EditReceived = {
  type: 'edit';
  account: ChannelAccount;
  providerMessageId: string;
  from: Customer;
  targetProviderMessageId: string;
  content: EditedContent;
  sentAt: Date;
};

/** What a message says now. What an edit does not mention stays as it was: its kind, its details, its files. */
export type EditedContent = Pick<MessageContent, 'text'> & Partial<MessageContent>;

export type RevokeReceived = {
  type: 'revoke';
  account: ChannelAccount;
  providerMessageId: string;
  from: Customer;
  targetProviderMessageId: string;
  sentAt: Date;
};

/** A message that a person of the business wrote to the customer in the provider's own app. */
export type EchoReceived = {
  type: 'echo';
  /** The provider echoes our own sends too, and gives back nothing of ours but their words. */
  mayBeOurs?: true;
  account: ChannelAccount;
  providerMessageId: string;
  to: Customer;
  content: MessageContent;
  sentAt: Date;
};

/** A customer's address became another one; both belong to the same person. */
export type IdentityChanged = {
  type: 'identity_change';
  account: ChannelAccount;
  previous: ContactAddress;
  current: ContactAddress;
  at: Date;
};

/**
 * A call or one of its statuses, kept whole until calls are handled: `payload` is `{ call }` or `{ status }` with the
 * `metadata` and `contacts` it came with.
 */
export type CallReceived = {
  type: 'call';
  account: ChannelAccount;
  providerCallId: string;
  payload: unknown;
};

/** The provider tells the business something about its account, number or templates. */
export type AccountNotice = {
  type: 'account_notice';
  platform: Platform;
  businessAccountId: string;
  field: string;
  payload: unknown;
};

/** What no parser understands: kept and counted, never dropped. */
export type UnknownEvent = {
  type: 'unknown';
  platform: Platform | 'unknown';
  /** The account it came for, where that much could be read. */
  account?: ChannelAccount;
  /** One of a small fixed set of texts, so that it can label a counter: it never quotes the payload. */
  reason: string;
  payload: unknown;
};

/** Everything a provider can tell us, in our own words. */
export type InboundEvent =
  | MessageReceived
  | CommentReceived
  | StatusReceived
  | ReactionReceived
  | EditReceived
  | RevokeReceived
  | EchoReceived
  | IdentityChanged
  | CallReceived
  | AccountNotice
  | UnknownEvent;
