import { z } from 'zod';
import { cutText } from '../lib/safe-text.ts';
import { quoted } from './describe-words.ts';

const Words = z.string().min(1).optional().catch(undefined);

const Location = z.object({
  latitude: z.number(),
  longitude: z.number(),
  name: Words,
  address: Words,
  url: Words,
});

const Contacts = z.object({
  contacts: z.array(
    z.object({
      name: z.object({ formatted_name: Words, first_name: Words, last_name: Words }).catch({}),
      phones: z.array(z.object({ phone: Words, wa_id: Words })).catch([]),
      emails: z.array(z.object({ email: Words })).catch([]),
      org: z.object({ company: Words }).catch({}),
    }),
  ),
});

const Order = z.object({
  productItems: z.array(
    z.object({
      productRetailerId: z.string(),
      quantity: z.number(),
      itemPrice: z.number().optional(),
      currency: Words,
    }),
  ),
});

const Form = z.object({ kind: z.literal('nfm_reply'), name: Words, response: z.unknown() });

const describers = new Map<string, (details: unknown) => string>([
  ['location', describeLocation],
  ['contacts', describeContacts],
  ['order', describeOrder],
  ['interactive', describeForm],
  ['unsupported', () => `${unseen} of a kind that this channel does not pass on.`],
]);

const unseen = 'The customer sent something';

/**
 * Sentences about what a message says in its details and not in its text: a place, contacts, an order, a form, what it
 * shares or answers to. '' for a message whose text says it all.
 */
export function describeDetails(type: string, details: unknown): string {
  const own = describers.get(type)?.(details) ?? '';
  return [own, describeComment(details), describeOrigin(details)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

const Origin = z.object({
  kind: Words,
  story: z.unknown().optional(),
  shared: z.array(z.object({ kind: Words })).catch([]),
});

const Comment = z.object({
  kind: z.literal('comment'),
  mediaKind: Words,
  adTitle: Words,
});

const commentedThings = new Map([
  ['AD', 'an ad'],
  ['FEED', 'a post'],
  ['REELS', 'a reel'],
  ['STORY', 'a story'],
]);

/** What was written in public; how long the answer may be has to be known before it is written. */
function describeComment(details: unknown): string {
  const { data: comment } = Comment.safeParse(details);
  if (comment === undefined) return '';
  const thing = commentedThings.get(comment.mediaKind?.toUpperCase() ?? '') ?? 'a post';
  const title =
    comment.adTitle === undefined ? '' : ` with the title ${quoted(comment.adTitle, 200)}`;
  return `The customer wrote this in public, as a comment below ${thing} of the business${title}, which you cannot see. Your answer to it reaches them in private, as one short message: 300 characters at most.`;
}

/** Posts and stories that a message shares, answers or is. */
function describeOrigin(details: unknown): string {
  const { data } = Origin.safeParse(details);
  if (data === undefined) return '';
  const shared = data.shared.length === 1 ? 'a post' : `${data.shared.length} posts`;
  return [
    data.story === undefined ? '' : 'The customer writes this about a story of the business.',
    data.kind === 'story_mention' ? 'The customer mentions the business in a story.' : '',
    data.shared.length === 0 ? '' : `The customer shared ${shared}, which you cannot see.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function describeLocation(details: unknown): string {
  const { data: place } = Location.safeParse(details);
  if (place === undefined) {
    return `${unseen} like a location that cannot be read.`;
  }
  const words = [place.name, place.address].flatMap((text) => (text ? [quoted(text, 300)] : []));
  const where = [...words, `latitude ${place.latitude}, longitude ${place.longitude}`];
  return `The customer sent a location: ${where.join(', ')}.`;
}

function describeContacts(details: unknown): string {
  const { data } = Contacts.safeParse(details);
  if (data === undefined || data.contacts.length === 0) {
    return `${unseen} like a contact that cannot be read.`;
  }
  const shown = data.contacts.slice(0, 10).map(describeContact);
  const left = data.contacts.length - shown.length;
  const what = data.contacts.length === 1 ? 'a contact' : 'contacts';
  return `The customer sent ${what}: ${[...shown, ...(left > 0 ? [`${left} more`] : [])].join('; ')}.`;
}

type Contact = z.infer<typeof Contacts>['contacts'][number];

function describeContact({ name, phones, emails, org }: Contact): string {
  const parts = [name.first_name, name.last_name].filter((part) => part !== undefined).join(' ');
  const facts = [
    name.formatted_name ?? parts,
    org.company,
    ...phones.map(({ phone, wa_id }) => phone ?? wa_id),
    ...emails.map(({ email }) => email),
  ].flatMap((fact) => (fact ? [quoted(fact, 200)] : []));
  return facts.length === 0 ? 'one without a name or number' : facts.slice(0, 8).join(', ');
}

function describeOrder(details: unknown): string {
  const { data: order } = Order.safeParse(details);
  if (order === undefined) {
    return `${unseen} like an order that cannot be read.`;
  }
  const items = order.productItems.slice(0, 50).map((item) => {
    const price =
      item.itemPrice === undefined ? '' : ` at ${item.itemPrice} ${item.currency ?? ''}`;
    return `${item.quantity} × ${quoted(item.productRetailerId, 100)}${price.trimEnd()}`;
  });
  return `The customer sent an order of ${items.length === 0 ? 'nothing' : items.join(', ')}.`;
}

/** What was filled in; buttons and lists say theirs in the text. */
function describeForm(details: unknown): string {
  const { data: form } = Form.safeParse(details);
  if (form === undefined) {
    return '';
  }
  const answer = cutText(JSON.stringify(form.response ?? {}), 5000);
  const name = form.name ? ` ${quoted(form.name, 100)}` : '';
  return `The customer filled in the form${name}: ${answer}.`;
}
