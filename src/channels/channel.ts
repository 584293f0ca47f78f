import type { AccountConsent } from './consent.ts';
import type { FileCapabilities, SendableKind } from './file-rules.ts';
import type {
  InboundEvent,
  MediaReference,
  Platform,
  ProviderError,
  RefusalScope,
} from './inbound-event.ts';
import type { ReplyTarget } from './reply-target.ts';
import type { PieceSize } from './split-text.ts';

/** The account a message leaves from, with its token in clear: never log it. */
export type SendingAccount = { accountId: string; accessToken: string };

export type OutboundMessage =
  /**
   * `isLateByPerson`: people wrote it after the reply window had closed, and within their own. `inReplyTo`: the public
   * comment that it answers, in private, and that takes one message.
   */
  | {
      kind: 'text';
      text: string;
      isLateByPerson?: true;
      inReplyTo?: Pick<ReplyTarget, 'kind' | 'id'>;
    }
  /** A text with one button below it that opens a page; only where `capabilities.linkButton` says so. */
  | { kind: 'link_button'; text: string; label: string; url: string }
  /** A file that people send, at an address that the provider can fetch it from for an hour. */
  | {
      kind: 'file';
      as: SendableKind;
      url: string;
      mimeType: string;
      filename: string | null;
      caption: string;
      isVoiceNote: boolean;
      isLateByPerson?: true;
    }
  /** `parameters` fill {{1}}, {{2}}, … of the template's body. */
  | { kind: 'template'; name: string; language: string; parameters?: string[] };

/** The newest message of a customer: its id at the provider, and the address that it came from. */
export type MessageToAcknowledge = { providerMessageId: string; from: string };

/** What became of one attempt to send. `unknown` means the provider may have sent it: only its status can tell. */
export type SendOutcome =
  /** Without an id where the provider sent it and did not say as what: its echo tells. */
  | { outcome: 'accepted'; providerMessageId: string | null }
  /** Certainly not sent, or refused for now. `retryAfterMs` is a first wait, to be lengthened with each attempt. */
  | { outcome: 'retry'; error: ProviderError; retryAfterMs?: number }
  | { outcome: 'refused'; scope: RefusalScope; error: ProviderError }
  | { outcome: 'unknown'; error: ProviderError };

/** What a channel can and cannot do, as data: nobody outside the channel asks for its name. */
export type ChannelCapabilities = {
  /** How long after the customer's last message free text may be sent. */
  replyWindowMs: number;
  /** The same for what people write; never shorter. */
  personWindowMs: number;
  hasTemplates: boolean;
  /** How much text one message holds, counted as the provider counts it; `unit` names what is counted. */
  textSize: PieceSize & { unit: string };
  /** The longest text above a button that opens a page, and the longest text on it; null where there are none. */
  linkButton: { maxText: number; maxLabel: number } | null;
  files: FileCapabilities;
  showsTyping: boolean;
  /** The provider tells who a customer is when it is asked, once they have written, and not with their messages. */
  hasProfiles: boolean;
  /** Customers see an answer while it is being written. */
  streamsText: boolean;
  /** The provider gives the business a token for its account; where there is no provider, we make a secret for it. */
  hasAccessToken: boolean;
  /** What one account may send in a second. */
  messagesPerSecond: number;
  /** One customer gets at most `burst` messages at once and then one per `intervalMs`. */
  perCustomer: { burst: number; intervalMs: number };
};

/** The account as the provider describes it to the holder of its token. */
export type AccountProof =
  | { hasAccess: true; displayName?: string }
  | { hasAccess: false; error: ProviderError };

/** A customer as their provider describes them. */
export type CustomerProfile = { name?: string; username?: string };

/** What looking after the token of an account came to. */
export type TokenLook =
  /** It lives on, perhaps as another one; until then the one we had works too. */
  | { token: 'renewed'; accessToken: string; livesForMs: number }
  /** The provider takes it; it is none that can be renewed, or not now. */
  | { token: 'good' }
  /** Revoked, expired, or without the permission it needs: only a person can mend that. */
  | { token: 'refused'; error: ProviderError }
  /** The provider cannot be asked now, or does not say. */
  | { token: 'unknown'; error: ProviderError };

export type DownloadedMedia = { bytes: Uint8Array; mimeType: string };

/** One place that customers write from. One adapter file a provider implements it. */
export interface Channel {
  readonly platform: Platform;
  /** The `object` that its bodies have at Meta's webhook; null when it has none there. */
  readonly webhookObject: string | null;
  readonly capabilities: ChannelCapabilities;
  /** Provider JSON to our events; unknown parts become `unknown` events. Never throws on any JSON value. */
  parse(body: unknown): InboundEvent[];
  /** Model Markdown to what the channel can show, in pieces that each fit one message, in order. Never empty pieces. */
  format(markdown: string): string[];
  /** `reference` is our message id and comes back in the provider's statuses. Never throws for what a provider answers. */
  send(
    account: SendingAccount,
    to: string,
    message: OutboundMessage,
    reference: string,
  ): Promise<SendOutcome>;
  /** Shows the customer that the message was read and that an answer is being written. A courtesy: it may reject, with a TransientError or PermanentError, and nothing waits for it. */
  showReadAndTyping(account: SendingAccount, message: MessageToAcknowledge): Promise<void>;
  /** Fetches a file; throws a TransientError or PermanentError. `maxBytes` bounds what is read into memory. */
  download(
    account: SendingAccount,
    media: MediaReference,
    maxBytes: number,
  ): Promise<DownloadedMedia>;
  /** Asks who a customer is, where `capabilities.hasProfiles`; throws a TransientError or PermanentError. */
  profile(account: SendingAccount, address: string): Promise<CustomerProfile>;
  /** Whether the token may act for the account; throws a TransientError when the provider cannot be asked now. */
  proveAccess(account: SendingAccount): Promise<AccountProof>;
  /** Renews the token if it is one that ends, and tells whether it is still good. Never throws for what a provider answers. */
  lookAfterToken(account: SendingAccount): Promise<TokenLook>;
  /** How businesses let us in at the provider; null where they give us a token themselves. */
  readonly consent: AccountConsent | null;
}
