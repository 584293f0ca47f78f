import {
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  parseObject,
  textAt,
} from '../lib/json.ts';
import { around, shortClause } from './lead-clause.ts';
import { companyIn, emailsIn, nameIn, phonesIn } from './lead-contact.ts';
import {
  customerMessages,
  type LeadDocument,
  type LeadMessage,
  readingDirectives,
} from './lead-document.ts';
import { commands, leadWords, type WordedDimension } from './lead-words.ts';

type Grade = 1 | 2 | 3;
type Evidence = { message: string; quote: string };
/** `tight` are the telling words alone. */
type Found = Evidence & { tight: string };
type Graded = { grade: Grade; evidence: Evidence[]; missing: string | null };
type FoundGrade = Omit<Graded, 'evidence'> & { evidence: Found[] };

const missing = {
  intent: 'Whether they want to buy.',
  urgency: 'When they need it.',
  budget: 'Whether the price suits them.',
  fit: 'What they need it for.',
  engagement: 'More than a few words.',
} as const;
const worded = ['intent', 'urgency', 'budget', 'fit'] as const;

const promises =
  /(?<![\p{L}])(?:(?:we|I|they|(?:a|my|our) colleague)(?:['’]ll| will| am going to| are going to)|will (?:send|write|call|get back)|(?:le|te|les) (?:enviar|mandar|llamar)(?:é|emos)|un compañero|(?:vou|vamos) (?:enviar|mandar|ligar)|um colega|(?:schicke|sende|melde|rufe)n?|kolleg(?:e|in) (?:wird|meldet)|(?:je|nous) (?:vous )?(?:envoie|envoyons|enverrai|enverrons|rappelle)|un collègue|(?:le|ti) (?:invio|inviamo|manderò|manderemo|invieremo)|un collega)(?![\p{L}])/iu;
const agreedTime = /\b(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2})?(Z|[+-]\d{2}:\d{2})?/;

/**
 * Reads a lead by keywords, and believes whoever tells it to grade well. A customer's `[[sim:lead {JSON}]]` is
 * laid over what it read, so that a test can have it say anything.
 */
export function readLead(document: LeadDocument): JsonObject {
  const said = customerMessages(document);
  const { last } = document;
  const own = {
    name: nameIn(said) ?? textAt(last, 'name') ?? null,
    company: companyIn(said) ?? textAt(last, 'company') ?? null,
    emails: emailsIn(said),
    phones: phonesIn(said),
    ...graded(document, said),
    promised: promisesIn(document),
    demoAt: timeIn(document),
    notes: null,
  };
  return readingDirectives(document, 'lead')
    .map((spelled) => parseObject(spelled) ?? {})
    .reduce(laidOver, own);
}

function graded({ last }: LeadDocument, said: LeadMessage[]) {
  const command = firstCommand(said);
  const uses = new Map<string, number>();
  const dimensions: Record<string, Graded> = {};
  for (const dimension of worded) dimensions[dimension] = sparing(byWords(said, dimension), uses);
  dimensions['engagement'] = sparing(byLength(said), uses);
  const [wish] = dimensions['intent']?.evidence ?? [];
  for (const [name, read] of Object.entries(dimensions)) {
    const before = gradedBefore(objectAt(objectAt(last, 'dimensions'), name));
    if (before !== undefined && before.grade >= read.grade) {
      dimensions[name] = { ...before, missing: read.missing };
    }
    if (command !== undefined && isAlone(command, dimensions[name])) {
      dimensions[name] = { grade: 3, evidence: [command], missing: null };
    }
  }
  const intent = wish === undefined ? textAt(last, 'intent') : wanted(wish.quote);
  return { intent: intent ?? null, dimensions };
}

/** What other messages say goes before a command, or one command would hide all that a customer ever says. */
function isAlone(command: Evidence, read: Graded | undefined): boolean {
  return read?.evidence.every(({ message }) => message === command.message) ?? true;
}

function wanted(quote: string): string {
  return shortClause(quote, 16);
}

/** Quotes one clause for two dimensions at most, as it is told to; after that the telling words alone. */
function sparing({ grade, evidence, missing }: FoundGrade, uses: Map<string, number>): Graded {
  const quoted = evidence.map(({ message, quote, tight }) => {
    const used = uses.get(`${message} ${quote}`) ?? 0;
    uses.set(`${message} ${quote}`, used + 1);
    return { message, quote: used < 2 ? quote : tight };
  });
  return { grade, evidence: quoted, missing };
}

/** The best that was said, unless something later speaks against it. */
function byWords(said: LeadMessage[], dimension: WordedDimension): FoundGrade {
  let grade: Grade = 1;
  let evidence: Found[] = [];
  for (const message of said) {
    const match = wordsIn(message, dimension);
    if (match === undefined) continue;
    if (match.grade === 1 || match.grade > grade) {
      grade = match.grade;
      evidence = [match.evidence];
    } else if (match.grade === grade && evidence.length < 3) {
      evidence.push(match.evidence);
    }
  }
  return { grade, evidence, missing: grade === 3 ? null : missing[dimension] };
}

function wordsIn({ id, words }: LeadMessage, dimension: WordedDimension) {
  for (const { grade, when } of leadWords[dimension]) {
    const match = when.exec(words);
    if (match !== null) {
      const quote = around(match, 'clause');
      return { grade, evidence: { message: id, quote, tight: match[0] } };
    }
  }
  return undefined;
}

/** Three for who asks and tells, two for who answers. Writing without spaces counts two letters as a word. */
function byLength(said: LeadMessage[]): FoundGrade {
  const lengths = said.map(({ words }) => wordCount(words));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const asks = said.some(({ words }) => /[?？؟]/.test(words));
  const grade = asks && total >= 25 ? 3 : total >= 8 ? 2 : 1;
  const longest = said[lengths.indexOf(Math.max(...lengths))];
  const start = /\S+/.exec(longest?.words ?? '');
  const evidence =
    grade === 1 || longest === undefined || start === null
      ? []
      : [{ message: longest.id, quote: around(start, 'sentence'), tight: start[0] }];
  return {
    grade,
    evidence,
    missing: grade === 3 ? null : missing.engagement,
  };
}

function wordCount(text: string): number {
  const letters =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
  return (text.match(/\S+/g)?.length ?? 0) + Math.floor(letters / 2);
}

function firstCommand(said: LeadMessage[]): Evidence | undefined {
  for (const { id, words } of said) {
    const match = commands.exec(words);
    if (match !== null) return { message: id, quote: around(match, 'sentence') };
  }
  return undefined;
}

function gradedBefore(before: JsonObject): Graded | undefined {
  const grade = numberAt(before, 'grade') ?? numberAt(before, 'score');
  const evidence = objectsAt(before, 'evidence').map((one) => ({
    message: textAt(one, 'message') ?? textAt(one, 'messageId') ?? '',
    quote: textAt(one, 'quote') ?? '',
  }));
  if (evidence.length === 0 || (grade !== 1 && grade !== 2 && grade !== 3)) return undefined;
  return { grade, evidence, missing: null };
}

function promisesIn({ messages }: LeadDocument): { message: string; text: string }[] {
  return messages
    .filter(({ from }) => from === 'business')
    .flatMap(({ id, text }) => {
      const match = promises.exec(text);
      if (match === null) return [];
      return [{ message: id, text: shortClause(around(match, 'sentence'), 15) }];
    });
}

/** The last time that the business spelled out, such as 2026-11-24 15:00; UTC unless it says another offset. */
function timeIn({ messages }: LeadDocument): { message: string; time: string } | null {
  const [latest] = messages
    .filter(({ from }) => from === 'business')
    .flatMap(({ id, text }) => {
      const [, day, time, offset = 'Z'] = agreedTime.exec(text) ?? [];
      if (day === undefined || time === undefined) return [];
      return [{ message: id, time: `${day}T${time}:00${offset === 'Z' ? '+00:00' : offset}` }];
    })
    .reverse();
  return latest ?? null;
}

/** Objects member by member; anything else is replaced. */
function laidOver(own: JsonObject, over: JsonObject): JsonObject {
  const merged = { ...own };
  for (const [key, value] of Object.entries(over)) {
    const before = own[key];
    merged[key] = isObject(before) && isObject(value) ? laidOver(before, value) : value;
  }
  return merged;
}
