import { z } from 'zod';
import { OptionalRecord, OptionalText, present, type Reading, read } from '../fields.ts';
import type { MessageContent } from '../inbound-event.ts';
import { readInteractive } from './read-interactive.ts';
import { mediaReaders } from './read-media.ts';

const TextMessage = z.object({ text: z.object({ body: z.string() }) });

const LocationMessage = z.object({
  location: z.object({
    latitude: z.number(),
    longitude: z.number(),
    name: OptionalText,
    address: OptionalText,
    url: OptionalText,
  }),
});

const ContactsMessage = z.object({ contacts: z.array(z.record(z.string(), z.unknown())).min(1) });

const ButtonMessage = z.object({ button: z.object({ text: z.string(), payload: OptionalText }) });

const OrderMessage = z.object({
  order: z.object({
    catalog_id: OptionalText,
    text: OptionalText,
    product_items: z.array(
      z.object({
        product_retailer_id: z.string(),
        quantity: z.number(),
        item_price: z.number().optional().catch(undefined),
        currency: OptionalText,
      }),
    ),
  }),
});

const SystemMessage = z.object({
  system: z.looseObject({ type: OptionalText, body: OptionalText }),
});

const UnsupportedMessage = z.object({
  unsupported: OptionalRecord,
  errors: z.array(z.record(z.string(), z.unknown())).optional().catch(undefined),
});

/** Reads what one message says: the members that providers.md 1.4 gives for its type. */
export type ContentReader = (message: Record<string, unknown>) => Reading<MessageContent>;

const readers = new Map<string, ContentReader>([
  ['text', readText],
  ...mediaReaders,
  ['location', readLocation],
  ['contacts', readContacts],
  ['interactive', readInteractive],
  ['button', readButton],
  ['order', readOrder],
  ['system', readSystem],
  ['unsupported', readUnsupported],
  // Older versions of the API call the same thing `unknown` [from memory].
  ['unknown', readUnsupported],
]);

/** The content of a message of this type, or why it cannot be read. */
export function readContent(
  type: string,
  message: Record<string, unknown>,
): Reading<MessageContent> {
  const reader = readers.get(type);
  return reader === undefined ? { ok: false, reason: 'message type not known' } : reader(message);
}

function readText(message: Record<string, unknown>): Reading<MessageContent> {
  const reading = read('text message', TextMessage, message);
  return reading.ok ? content('text', reading.value.text.body) : reading;
}

function readLocation(message: Record<string, unknown>): Reading<MessageContent> {
  const reading = read('location message', LocationMessage, message);
  return reading.ok ? content('location', '', present(reading.value.location)) : reading;
}

function readContacts(message: Record<string, unknown>): Reading<MessageContent> {
  const reading = read('contacts message', ContactsMessage, message);
  return reading.ok ? content('contacts', '', { contacts: reading.value.contacts }) : reading;
}

function readButton(message: Record<string, unknown>): Reading<MessageContent> {
  const reading = read('button message', ButtonMessage, message);
  if (!reading.ok) {
    return reading;
  }
  const { text, payload } = reading.value.button;
  return content('button', text, present({ payload }));
}

function readOrder(message: Record<string, unknown>): Reading<MessageContent> {
  const reading = read('order message', OrderMessage, message);
  if (!reading.ok) {
    return reading;
  }
  const { order } = reading.value;
  const productItems = order.product_items.map((item) =>
    present({
      productRetailerId: item.product_retailer_id,
      quantity: item.quantity,
      itemPrice: item.item_price,
      currency: item.currency,
    }),
  );
  return content('order', order.text ?? '', present({ catalogId: order.catalog_id, productItems }));
}

function readSystem(message: Record<string, unknown>): Reading<MessageContent> {
  const reading = read('system message', SystemMessage, message);
  if (!reading.ok) {
    return reading;
  }
  const { type, body, ...members } = reading.value.system;
  return content('system', body ?? '', present({ kind: type, ...members }));
}

function readUnsupported(message: Record<string, unknown>): Reading<MessageContent> {
  const reading = read('unsupported message', UnsupportedMessage, message);
  return reading.ok ? content('unsupported', '', present(reading.value)) : reading;
}

function content(
  type: MessageContent['type'],
  text: string,
  details: Record<string, unknown> = {},
): Reading<MessageContent> {
  return { ok: true, value: { type, text, details, media: [] } };
}
