/** A customer as a webhook describes one. A username user may have no `waId`. */
export type CustomerSide = { waId?: string; userId?: string; name?: string; username?: string };

/** The business's number as a webhook describes it. */
export type BusinessSide = { phoneNumberId: string; displayPhoneNumber?: string; wabaId?: string };

/** One `messages[]` member of a webhook. */
export type MessagePayload = { id: string; type: string; timestamp: string } & Record<
  string,
  unknown
>;

export type StatusName = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

export type StatusFacts = {
  messageId: string;
  status: StatusName;
  at: Date;
  recipientId?: string;
  recipientUserId?: string;
  reference?: string;
  error?: { code: number; title: string; details: string };
};

const defaultWabaId = '102290129340398';

/** Seconds since 1970 as text, as all WhatsApp webhooks carry time. */
export function webhookTime(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}

/** A message of any type: `content` holds the members that the type asks for. */
export function customerMessage(facts: {
  id: string;
  from: CustomerSide;
  type: string;
  at: Date;
  content: Record<string, unknown>;
}): MessagePayload {
  const { id, from, type, at, content } = facts;
  return {
    ...(from.waId === undefined ? {} : { from: from.waId }),
    ...(from.userId === undefined ? {} : { from_user_id: from.userId }),
    id,
    timestamp: webhookTime(at),
    type,
    ...content,
  };
}

/** A text message from a customer. */
export function textMessage(facts: {
  id: string;
  from: CustomerSide;
  text: string;
  at: Date;
}): MessagePayload {
  return customerMessage({ ...facts, type: 'text', content: { text: { body: facts.text } } });
}

/** A file from a customer, waiting under a media id. */
export function mediaMessage(facts: {
  id: string;
  from: CustomerSide;
  at: Date;
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  media: {
    id: string;
    mimeType: string;
    sha256: string;
    caption?: string;
    filename?: string;
    voice?: boolean;
  };
}): MessagePayload {
  const { id, mimeType, sha256, caption, filename, voice } = facts.media;
  const file = {
    ...(caption === undefined ? {} : { caption }),
    ...(filename === undefined ? {} : { filename }),
    mime_type: mimeType,
    sha256,
    id,
    ...(voice === undefined ? {} : { voice }),
  };
  return customerMessage({ ...facts, type: facts.kind, content: { [facts.kind]: file } });
}

/** The value of a change that brings messages. */
export function messagesValue(
  business: BusinessSide,
  from: CustomerSide,
  messages: MessagePayload[],
): Record<string, unknown> {
  return { ...valueHead(business), contacts: [contactOf(from)], messages };
}

/** One `statuses[]` member of a webhook. */
export function statusUpdate(facts: StatusFacts): Record<string, unknown> {
  return {
    id: facts.messageId,
    status: facts.status,
    timestamp: webhookTime(facts.at),
    ...(facts.recipientId === undefined ? {} : { recipient_id: facts.recipientId }),
    ...(facts.recipientUserId === undefined ? {} : { recipient_user_id: facts.recipientUserId }),
    ...(facts.reference === undefined ? {} : { biz_opaque_callback_data: facts.reference }),
    ...(facts.status === 'delivered' ? { pricing } : {}),
    ...(facts.error === undefined ? {} : { errors: [statusError(facts.error)] }),
  };
}

/** The value of a change that brings statuses. */
export function statusesValue(
  business: BusinessSide,
  statuses: Record<string, unknown>[],
): Record<string, unknown> {
  return { ...valueHead(business), statuses };
}

/** A whole webhook body of one entry with a change for each value. */
export function envelope(
  values: Record<string, unknown>[],
  options: { field?: string; wabaId?: string } = {},
): Record<string, unknown> {
  const field = options.field ?? 'messages';
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: options.wabaId ?? defaultWabaId,
        changes: values.map((value) => ({ value, field })),
      },
    ],
  };
}

const pricing = {
  billable: false,
  pricing_model: 'PMP',
  category: 'service',
  type: 'free_customer_service',
};

function valueHead(business: BusinessSide): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    metadata: {
      display_phone_number: business.displayPhoneNumber ?? displayNumberOf(business.phoneNumberId),
      phone_number_id: business.phoneNumberId,
    },
  };
}

/** A number to show for an id, the same each time, from the range kept free for fiction. */
export function displayNumberOf(phoneNumberId: string): string {
  const digits = phoneNumberId.replace(/\D/g, '').slice(-2).padStart(2, '0');
  return `155555501${digits}`;
}

function contactOf(from: CustomerSide): Record<string, unknown> {
  const profile = {
    ...(from.name === undefined ? {} : { name: from.name }),
    ...(from.username === undefined ? {} : { username: from.username }),
  };
  return {
    profile,
    ...(from.waId === undefined ? {} : { wa_id: from.waId }),
    ...(from.userId === undefined ? {} : { user_id: from.userId }),
  };
}

function statusError(error: {
  code: number;
  title: string;
  details: string;
}): Record<string, unknown> {
  return {
    code: error.code,
    title: error.title,
    message: error.title,
    error_data: { details: error.details },
    href: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes',
  };
}
