import type { Deed } from './deed.ts';
import { promiseKinds } from './promise-kinds.ts';
import type { PromiseKind, PromiseWords } from './promise-words.ts';
import { plainSentence, splitSentences } from './sentences.ts';
import { english } from './words/english.ts';
import { french } from './words/french.ts';
import { german } from './words/german.ts';
import { italian } from './words/italian.ts';
import { portuguese } from './words/portuguese.ts';
import { spanish } from './words/spanish.ts';

const languages = [english, spanish, portuguese, german, french, italian];
const kinds = [
  'booked',
  'stands',
  'moved',
  'cancelled',
  'handed_over',
  'offered_link',
] as const satisfies PromiseKind[];

const address = /https?:\/\/|\bwww\.|\b[a-z0-9-]+\.(?:com|net|org|io|app|example)\b/i;
const clauseEnd = /[,;:!—–(]|\. | - | (?:and|but|y|pero|e|mas|und|aber|et|mais|ma) /g;
const asking =
  /^(?:is|are|was|were|do|does|did|has|have|had|shall|should|would|could|can|may|will|what|when|which|who|where|how|ist|sind|soll|darf|kann|mochte\w*|hat|haben|wurde|passt|w(?:ann|elche\w*|ie|as)|est-ce|puis-je|voulez|souhaitez|dois-je|vuole|vuoi|posso|devo|quer|gostaria|deseja|quiere\w*)\b/;

/**
 * The promises of a reply that nothing done in its turn keeps, sentence by sentence, in the languages that we
 * have words for. Questions, offers, conditions, denials and quotes are no promises. Pure; empty for most texts.
 */
export function brokenPromises(text: string, did: readonly Deed[]): PromiseKind[] {
  const sentences = splitSentences(text).map(plainSentence);
  return kinds.filter((kind) => {
    if (promiseKinds[kind].keptBy.some((deed) => did.includes(deed))) return false;
    // An address that is written out is the link itself.
    if (kind === 'offered_link' && address.test(text)) return false;
    return sentences.some((sentence) => languages.some((words) => says(sentence, words, kind)));
  });
}

function says(sentence: string, words: PromiseWords, kind: PromiseKind): boolean {
  const { done, will } = words.says[kind];
  const isQuestion = sentence.endsWith('?');
  const stated = isQuestion ? beforeItsQuestion(sentence) : sentence;
  for (const match of stated.matchAll(done)) {
    const before = sinceClauseBegan(stated.slice(0, match.index));
    const [after = ''] = stated.slice(match.index + match[0].length).split(clauseEnd, 1);
    if (words.denies.test(before + match[0])) continue;
    if (!words.supposes.test(before) && !words.depends.test(after)) return true;
  }
  if (will === undefined || isQuestion || words.supposes.test(sentence)) return false;
  for (const match of stated.matchAll(will)) {
    const before = sinceClauseBegan(stated.slice(0, match.index));
    if (!words.denies.test(before + match[0])) return true;
  }
  return false;
}

/** `I have booked it, anything else?` says something before it asks; `Is it booked, or not?` does not. */
function beforeItsQuestion(sentence: string): string {
  const end = [...sentence.matchAll(clauseEnd)].at(-1)?.index ?? 0;
  const stated = sentence.slice(0, end);
  return asking.test(stated) ? '' : stated;
}

function sinceClauseBegan(before: string): string {
  const last = [...before.matchAll(clauseEnd)].at(-1);
  return last === undefined ? before : before.slice(last.index + last[0].length);
}
