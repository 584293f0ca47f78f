const ignoring =
  'ignor\\w*|disregard|forget|override|bypass|vergiss|vergessen|oublie[rz]?|olvida\\w*|esque[cç]a\\w*|desconsidere|dimentica\\w*';
const smallWords =
  'all|any|of|the|your|these|those|previous|prior|above|earlier|preceding|system|initial|original|everything|and|todas?|las?|tus|sus|suas?|as|anteriores|previas|tutte|le|tue|precedenti|alle|deine|ihre|vorherigen|bisherigen|toutes|les|tes|vos|mes';

/**
 * Words that talk to the machine instead of to the business. A customer who means to buy does not write them,
 * and whoever writes them wants the score: no word of such a message speaks for the lead. Written for the
 * languages that attempts come in most; the other rules hold in every language.
 */
const talksToMachine: RegExp[] = [
  // "ignore all your previous instructions": nothing but small words in between, or it is about a table's assembly
  new RegExp(
    `\\b(${ignoring})(\\s+(${smallWords}))*\\s+(instructions?|prompts?|rules?|guidelines?|orders?|instruccion(es)?|reglas|instruç(ão|ões)|regras|istruzioni|regole|anweisung(en)?|regeln|consignes|règles)\\b`,
    'iu',
  ),
  // "mark me as hot", "score this lead 3", "set intent to high"
  /\b(mark|rate|score|tag|classify|grade|label|rank|set|flag|treat)\b[^.!?\n]{0,40}\b(me|us|this|lead|conversation|customer|intent|urgency|budget|fit|engagement|everything|all)\b[^.!?\n]{0,40}\b(hot|warm|high|highest|maximum|max|qualified|[35]|1[0-5]|100)\b/iu,
  /\b(m[aá]rca(me|nos|lo)?|clas[si]*ific[aá]\w*|puntu[aá]\w*|marque|marquez|bewerte|markiere|segna\w*|valuta\w*)\b[^.!?\n]{0,50}\b(hot|caliente|quente|hei(ss|ß)|chaud|caldo)\b/iu,
  /\b(hot lead|lead[_ -]?(score|status|tag|grade)(_tag)?|(intent|urgency|budget|fit|engagement|total)[_ -]?score)\b/iu,
  /[[(<{]\s*(system|assistant|developer)\s+(message|note|notice|prompt|override|instruction)/iu,
  // Text that plays the system or the model
  /(^|\n)\s*[#*[<(]*\s*(system|assistant|developer|admin)( (message|prompt|note|override))?\s*[\])>*]*\s*:/iu,
  /<\/?\s*(system|assistant|developer|instructions?|im_start|im_end)\b[^>]*>|<\|[^|]{1,30}\|>|\[\/?INST\]/iu,
  /\b(system|developer) (prompt|message|override)\b/iu,
  /\byou are (now )?(an?|the) (ai|assistant|model|scor\w+|classifier|language model)\b/iu,
  /"(grade|evidence|dimensions|leadStatusTag|lead_status)"\s*:/iu,
  /忽略.{0,12}(指令|指示|说明)|(指示|命令)を無視|تجاهل.{0,20}(التعليمات|تعليمات)|निर्देश.{0,20}(अनदेखा|नज़रअंदाज़)|игнорируй.{0,30}(инструкц|указан)/iu,
];

/** Whether a message speaks to the machine that reads it. */
export function speaksToMachine(text: string): boolean {
  // A run of letters or spaces would keep the patterns busy, and says nothing.
  const shortened = text.replace(/(.)\1{40,}/gsu, (run) => run.slice(0, 20));
  return talksToMachine.some((pattern) => pattern.test(shortened));
}

/** Whether there is enough in a quote to be evidence of anything: two letters or digits, or one of a script that writes whole words so. */
export function saysSomething(quote: string): boolean {
  const signs = quote.match(/[\p{L}\p{N}]/gu) ?? [];
  if (signs.length >= 2) return true;
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(quote);
}

/**
 * How many dimensions the same words may speak for: a sentence that proves everything proves nothing. What speaks
 * against a lead may speak against all of it: "we have cancelled the wedding".
 */
export const maxDimensionsPerQuote = 2;
