import { anyOf, type PromiseWords } from '../promise-words.ts';

const noun =
  '(?:appuntament[oi]|prenotazion[ei]|riunion[ei]|visit[ae]|demo|dimostrazione|chiamata|consulenza|tavolo|incontro|seduta|lezione|posto)';
const yours = `(?:(?:(?:il|la|i|le) )?(?:tuo|tua|suo|sua|vostro|vostra|nostro) (?:\\S+ )?${noun}|(?:l'|il |la )(?:appuntamento|prenotazione|riunione|incontro|visita))`;
const subject = `${yours}(?: [^,;]{1,60}?)?`;
const also = '(?:(?:gia|appena|anche|ora|adesso|quindi|regolarmente) )*';
const iHave = `(?:(?:ti|le|vi|la|lo|glielo|gliela|te l'|l'|ve l') ?)?(?:ho|abbiamo) ${also}`;
const booked = '(?:prenotat|fissat|riservat|programmat|segnat|confermat|organizzat|inserit)[oaie]';
const moved = '(?:spostat|riprogrammat|rinviat|anticipat|posticipat|modificat)[oaie]';
const cancelled = '(?:cancellat|annullat|disdett)[oaie]';
const person =
  '(?:collegh?[aei]|person[ae]|team|operator[ei]|operatrice|consulent[ei]|qualcuno|umano|responsabile|esperto)';

export const italian: PromiseWords = {
  denies: /\b(?:non|niente|nulla|nessun\w*|mai|senza|ne)\b/,
  supposes:
    /\b(?:se|quando|appena (?:mi|avro|conferma\w*)|una volta|dopo che|prima di|potrei|posso|possiamo|vuole|vuoi|desidera|mi dica|dimmi|confermi|basta)\b/,
  depends: /\b(?:appena|quando|una volta|solo (?:se|dopo)|finche|se (?:mi )?conferm\w+)\b/,
  says: {
    booked: {
      done: anyOf(
        `${iHave}${booked}`,
        `${subject} (?:e|sono) ${also}stat[oaie] ${also}${booked}`,
        `(?<=^|[!,:] )(?:(?:fatto|perfetto|ecco)[,!:]? )*(?:prenotat|fissat|confermat)[oa](?=$|[!,:;.]| per )`,
      ),
      will: anyOf(
        `(?:ti|le|vi|lo|la) (?:prenoto|fisso|prenotero|fissero|segno|segnero)`,
        `(?:prenotero|fissero|sto (?:prenotando|fissando)|(?:vado|andiamo) a (?:prenotare|fissare))`,
        `(?:ricevera|riceverai|ricevete) (?:un|l')? ?invito`,
      ),
    },
    stands: {
      done: anyOf(
        `${subject} (?:e|sono|risulta|resta|rimane) ${also}${booked}`,
        `(?<=^|[!,:] )(?:e )?(?:tutto )(?:e )?(?:prenotato|confermato|fissato)`,
        `(?:sei|e) ${also}(?:prenotat|confermat|fissat)[oa] per`,
        `(?:ti|la|vi) aspett(?:o|iamo) (?:per )?(?:lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domani)[^,;]{0,30}alle \\d+\\w*`,
        `(?:ci vediamo|a) (?:lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domani)[^,;]{0,30}alle \\d+\\w*`,
        `(?:hai|ha) un (?:appuntamento|incontro) [^,;]{0,40}alle \\d+\\w*`,
        `(?:tuo|suo) appuntamento e (?:per|il|mercoledi|domani|lunedi|martedi|giovedi|venerdi)`,
      ),
    },
    moved: {
      done: anyOf(
        `(?:(?:ti|le|vi|la|lo|glielo|te l'|l') ?)(?:ho|abbiamo) ${also}${moved}`,
        `(?:ho|abbiamo) ${also}(?:${moved} ${yours}|riprogrammato)`,
        `${subject} (?:e|sono) ${also}(?:stat[oaie] )?${also}${moved}`,
      ),
      will: anyOf(`(?:spostero|(?:lo|la|le|ti) (?:sposto|spostero)|sposto ${yours}|riprogrammero)`),
    },
    cancelled: {
      done: anyOf(
        `${iHave}${cancelled}(?! (?:l'evento|il corso))`,
        `${subject} (?:e|sono) ${also}(?:stat[oaie] )?${also}${cancelled}`,
      ),
      will: anyOf(
        `(?:cancellero|annullero|disdiro|(?:lo|la|le|ti) (?:cancello|annullo)|(?:cancello|annullo|disdico) ${yours})`,
      ),
    },
    handed_over: {
      done: anyOf(
        `${iHave}(?:passato|inoltrato|trasferito|girato|avvisato|informato|chiesto|segnalato)\\b[^,;?]{0,60}\\b${person}`,
      ),
      will: anyOf(
        `${person} (?:[^,;]{0,40} )?(?:(?:ti|la|le|vi) (?:contattera|scrivera|rispondera|richiamera|ricontattera|chiamera)|si mettera in contatto|prendera (?:in carico|il mio posto)|subentrera|si occupera)`,
        `(?:ti|la|le) (?:passo|trasferisco|metto in contatto)\\b[^,;?]{0,50}\\b${person}`,
      ),
    },
    offered_link: {
      done: anyOf(
        '(?:pulsante|bottone|link) (?:qui sotto|qui in basso|sotto|sottostante|seguente|in basso)',
        'ecco (?:il|un|a lei il|a te il) (?:link|pulsante)',
        '(?:clicca|clicchi|tocca|tocchi|premi|prema) (?:sul|su questo|il) (?:link|pulsante|bottone)',
      ),
    },
  },
};
