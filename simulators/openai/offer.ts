import { type JsonObject, listAt, objectAt } from '../lib/json.ts';
import { rules } from './rules.ts';
import type { Turn } from './turn.ts';

const offerTool = 'offer_link';

/** Which of the business's pages helps with which words; the first that fits. */
const offers = [
  { purpose: 'demo', when: /\b(demo|visit|see (?:it|them)|come by|showroom)\b/i },
  { purpose: 'pricing', when: /\border\b/i },
  ...rules
    .filter(({ name }) => name.startsWith('price'))
    .map(({ when }) => ({ purpose: 'pricing', when })),
  { purpose: 'website', when: /\b(website|web page|catalogue|catalog)\b/i },
];

/** The call that puts one of the offered pages below the answer, if the customer's words ask for one. */
export function linkOffer(
  { texts, toolResults }: Turn,
  tools: JsonObject[],
): { name: string; arguments: string } | undefined {
  const tool = tools.find(({ name }) => name === offerTool);
  if (tool === undefined || toolResults.length > 0) return undefined;
  const properties = objectAt(objectAt(tool, 'parameters'), 'properties');
  const purposes = listAt(objectAt(properties, 'purpose'), 'enum');
  const offer = offers.find(
    ({ purpose, when }) => purposes.includes(purpose) && texts.some((text) => when.test(text)),
  );
  if (offer === undefined) return undefined;
  return { name: offerTool, arguments: JSON.stringify({ purpose: offer.purpose, label: null }) };
}

/** Whether nothing but a page was offered: the answer itself is still to come. */
export function isOnlyOffered({ toolResults }: Turn): boolean {
  return toolResults.every(({ name }) => name === offerTool);
}
