import type { LeadMessage } from './lead-document.ts';

const proper = "\\p{Lu}[\\p{L}\\p{N}&.'’-]*\\p{L}|\\p{Lu}";
const person = `((?:${proper})(?: (?:(?:${proper})|de|da|do|van|von|der|la|bin)){0,3})`;
const firm = `((?:${proper})(?: (?:(?:${proper})|[A-Z0-9&]+|de|del|da|do|and|y|e|und|et|of)){0,4})`;

const names = [
  new RegExp(
    `(?:[Mm]y name(?: is|['’]s)|[Tt]his is|I am|I['’]m|[Mm]e llamo|[Mm]i nombre es|[Ss]oy|[Mm]e chamo|[Mm]eu nome é|[Ss]ou [oa]|[Ii]ch hei(?:ß|ss)e|[Mm]ein Name ist|[Jj]e m['’]appelle|[Jj]e suis|[Mm]i chiamo|[Ss]ono)\\s+${person}`,
    'u',
  ),
  /(?:اسمي|أنا اسمي)\s+(\p{L}+(?: \p{L}+)?)/u,
  /मेरा नाम\s+([\p{L}\p{M}]+(?: [\p{L}\p{M}]+)?)\s+है/u,
  /(?:我叫|我的名字是)([\p{Script=Han}]{2,4})/u,
  /([\p{Script=Han}\p{Script=Katakana}]{2,8})と(?:申します|いいます)/u,
];

const companies = new RegExp(
  `(?:I work (?:at|for|with)|[Ww]e are (?:from )?|I(?:['’]m| am) (?:from|with|at|writing for)|(?:[Tt]rabajo|[Tt]rabalho) (?:en|na|no|para)|[Ss]omos (?:da|de|do|la)|[Ii]ch arbeite (?:bei|für)|[Jj]e travaille (?:chez|pour)|[Ll]avoro (?:per|da|in|alla)|[Mm]y company is|[Oo]ur company,?)\\s*${firm}`,
  'u',
);

const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const phone = /(?<![\p{L}\p{N}@.-])\+?\(?\d[\d\s().-]{6,18}\d(?![\p{L}\p{N}@])/gu;
const date = /^\d{4}-\d{2}-\d{2}|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/;

const others =
  /(?:my|mi|meu|minha|mein(?:e|er|em|en)?|mon|ma|il mio|la mia|his|her|their)\s+(?:\p{L}+\s+)?(?:colleague|coworker|boss|manager|wife|husband|friend|assistant|partner|brother|sister|son|daughter|mother|father|accountant|jef[ea]|espos[oa]|mujer|marido|colega|compañer[oa]|amig[oa]|herman[oa]|chefe|sóci[oa]|esposa|chef(?:in)?|frau|mann|kolleg(?:e|in|en)|freund(?:in)?|patron(?:ne)?|femme|mari|collègue|ami|amie|associée?|capo|moglie|marito|socio)(?![\p{L}])|زوجتي|مديري|زميلي|पत्नी|बॉस|我(?:老板|同事|老婆|老公|朋友)|上司|同僚|妻|夫/iu;

type Owned = { whose: 'customer' | 'someone_else' };

/** What the customer is called, if they say so. */
export function nameIn(messages: LeadMessage[]): string | null {
  return firstGroup(messages, names);
}

/** The company the customer writes for, if they say so. */
export function companyIn(messages: LeadMessage[]): string | null {
  return firstGroup(messages, [companies]);
}

/** The e-mail addresses that the customer wrote. */
export function emailsIn(messages: LeadMessage[]): ({ address: string } & Owned)[] {
  return found(messages, email).map(({ text, whose }) => ({ address: text, whose }));
}

/** The phone numbers that the customer wrote. */
export function phonesIn(messages: LeadMessage[]): ({ number: string } & Owned)[] {
  return found(messages, phone)
    .filter(({ text }) => {
      const digits = text.replace(/\D/g, '').length;
      return digits >= 8 && digits <= 15 && !date.test(text);
    })
    .map(({ text, whose }) => ({ number: text.trim(), whose }));
}

function firstGroup(messages: LeadMessage[], patterns: RegExp[]): string | null {
  for (const { words } of messages) {
    for (const pattern of patterns) {
      const group = pattern.exec(words)?.[1];
      if (group !== undefined) return group.trim();
    }
  }
  return null;
}

function found(messages: LeadMessage[], pattern: RegExp): ({ text: string } & Owned)[] {
  const seen = new Set<string>();
  return messages.flatMap(({ words }) =>
    [...words.matchAll(pattern)].flatMap(({ 0: text, index }) => {
      if (seen.has(text)) return [];
      seen.add(text);
      const before = words.slice(Math.max(0, index - 120), index);
      return [{ text, whose: others.test(before) ? 'someone_else' : 'customer' }];
    }),
  );
}
