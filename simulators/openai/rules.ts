/**
 * What the simulated model says.
 *
 * A turn is every user message since the last assistant message. For each message the first rule whose
 * pattern fits gives the answer; messages that no rule fits are repeated back, so that a test can see which
 * messages an answer covers: `You said: "a" / "b"`.
 *
 * Before the rules come the directives, which may stand anywhere in a message:
 *
 *   [[sim:delay MS]]            answers MS later
 *   [[sim:error STATUS CODE]]   answers that HTTP error
 *   [[sim:hang]]                never answers
 *   [[sim:say TEXT]]            answers exactly TEXT
 *   [[sim:say_once TEXT]]       answers exactly TEXT, unless it is told that its last reply was not sent
 *   [[sim:close TEXT]]          answers exactly TEXT, once it has the results of its tools
 *   [[sim:empty]]               an answer without text
 *   [[sim:refusal]]             a refusal instead of text
 *   [[sim:cut_off]]             incomplete, for max_output_tokens
 *   [[sim:long N]]              N characters of sentences
 *   [[sim:markdown]]            headings, lists, a table, links
 *   [[sim:tool NAME {JSON}]]    calls that tool, then closes with its result; several make parallel calls
 *   [[sim:loop]]                calls the first offered tool in every round
 *
 * They are obeyed in replies only. When a lead is read from the conversation, these are, and no others:
 *
 *   [[sim:lead {JSON}]]         lays this over what it read, whatever it is
 *   [[sim:extract WHAT]]        hang, empty, refusal, cut_off, garbage, `error STATUS CODE` or `delay MS`
 *
 * The words in `handoverWords` call `hand_over_to_human` when that tool is offered.
 */
export type Rule = { name: string; when: RegExp; answer: string };

export const handoverTool = 'hand_over_to_human';
export const handoverWords = /\b(human|person|humano|persona|pessoa|atendente)\b/i;
export const handoverClosing =
  'I have asked a colleague to take over. They will write to you here as soon as they can.';

export const pictureAnswer = 'I see your picture.';
export const fileAnswer = 'I have your file.';

export const rules: Rule[] = [
  {
    name: 'greeting, English',
    when: /^\s*(hi|hello|hey|good (morning|afternoon|evening))( there)?[\s!.,]*$/i,
    answer: 'Hello! How can I help you today?',
  },
  {
    name: 'greeting, Spanish',
    when: /^\s*¡?(hola|buenos días|buenas (tardes|noches))[\s!.,]*$/i,
    answer: '¡Hola! ¿En qué puedo ayudarte?',
  },
  {
    name: 'greeting, Portuguese',
    when: /^\s*(oi|olá|bom dia|boa (tarde|noite))[\s!.,]*$/i,
    answer: 'Olá! Como posso ajudar?',
  },
  {
    name: 'thanks',
    when: /^\s*(thanks|thank you|thanks a lot)[\s!.,]*$/i,
    answer: 'You are welcome! Is there anything else?',
  },
  {
    name: 'opening hours, English',
    when: /\b(opening (hours|times)|what time do you (open|close)|when (do|are) you open|are you open)\b/i,
    answer: 'We are open Monday to Friday from 9:00 to 18:00, and Saturday from 10:00 to 14:00.',
  },
  {
    name: 'opening hours, Spanish',
    when: /\b(horarios?|a qué hora (abren|cierran|abrís|cerráis))/i,
    answer: 'Abrimos de lunes a viernes de 9:00 a 18:00 y los sábados de 10:00 a 14:00.',
  },
  {
    name: 'opening hours, Portuguese',
    when: /(horários?|que horas (abrem|fecham))/i,
    answer: 'Abrimos de segunda a sexta das 9h às 18h e aos sábados das 10h às 14h.',
  },
  {
    name: 'ordering, English',
    when: /\b(can|could|may) (I|we) order\b/i,
    answer: 'Yes, gladly. We will send you the offer with the delivery date today.',
  },
  {
    name: 'price, English',
    when: /\b(prices?|pricing|how much (is|are|does|do)|what do(es)? .{1,60} cost)\b/i,
    answer:
      'Our starter package is 49 euros a month, and the first two weeks are free. Shall I tell you what is in it?',
  },
  {
    name: 'price, Spanish',
    when: /(\bprecios?\b|cuánto (cuesta|vale))/i,
    answer: 'El paquete inicial cuesta 49 euros al mes y las dos primeras semanas son gratis.',
  },
  {
    name: 'price, Portuguese',
    when: /(preços?|quanto custa)/i,
    answer: 'O pacote inicial custa 49 euros por mês e as duas primeiras semanas são grátis.',
  },
];

export const markdownAnswer = `# Our packages

We have **two** packages and *one* add-on:

- **Starter**: 49 euros a month
- **Team**: 99 euros a month
  1. five seats
  2. \`priority\` support

> Prices without VAT.

| Package | Seats |
| --- | --- |
| Starter | 1 |
| Team | 5 |

More on [our page](https://example.com/packages). ~~Old price: 59~~

\`\`\`
CODE: WELCOME
\`\`\``;
