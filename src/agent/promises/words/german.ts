import { anyOf, type PromiseWords } from '../promise-words.ts';

const noun =
  '(?:termin\\w*|buchung|reservierung|gesprach\\w*|demo|besuch\\w*|besprechung|platz|tisch|probefahrt|beratung\\w*|anruf|meeting|videocall|videoanruf|besichtigung|behandlung)';
const yours = `(?:(?:ihr|ihre|ihren|dein|deine|deinen|euer|euren|eure|unser|unseren) (?:\\S+ )?${noun}|(?:der|die|den|das|beide|diesen) (?:\\S+ )?(?:termin\\w*|buchung|reservierung|meeting))`;
const subject = `${yours}(?: (?!leider|schon vergeben)[^;]{1,70}?)?`;
const iHave = '(?:(?:ich|wir) (?:habe?|haben)|(?:habe?|haben) (?:ich|wir))';
const gap = '(?: (?!leider\\b)[^;?]{1,90}?)?';
const booked =
  '(?:gebucht|reserviert|eingetragen|vereinbart|bestatigt|eingeplant|vorgemerkt|ausgemacht|festgehalten)';
const moved = '(?:verschoben|umgebucht|verlegt|vorverlegt)';
const cancelled = '(?:storniert|abgesagt|abgemeldet)';
const person =
  '(?:kolleg(?:e|in|en|innen)|person|mensch|mitarbeiter(?:in|innen)?|team|jemand|berater(?:in)?|ansprechpartner(?:in)?)';

export const german: PromiseWords = {
  denies: /\b(?:nicht|nichts|kein\w*|nie|niemals|niemand|ohne|weder|leider)\b/,
  supposes:
    /\b(?:wenn|falls|sobald|sofern|ob|bevor|nachdem|konnte|konnten|wurde gern\w*|mochte\w*|soll|sollen|sagen sie|sag mir|geben sie|schreiben sie|nennen sie|dann)\b/,
  depends: /\b(?:wenn|sobald|falls|erst (?:wenn|nach)|sofern)\b/,
  says: {
    booked: {
      done: anyOf(
        `${iHave}${gap} ${booked}`,
        `${subject} (?:wurde|wurden) ${booked}`,
        `${subject} (?:wurde|wurden) (?:[^;]{1,60} )?${booked}`,
        `(?<=^|[!,:] )(?:(?:erledigt|super|perfekt|alles|gerne)[,!:]? )*(?:gebucht|reserviert|eingetragen)(?=$|[!,:;.])`,
      ),
      will: anyOf(
        `(?:ich|wir) (?:werden?|trage|tragen|buche|buchen|reserviere|reservieren|vereinbare)\\b${gap} ?(?:ein|buchen|reservieren|eintragen|vereinbaren|fur sie|fur dich|den termin|ihnen|dir|ihren termin)`,
        `(?:buche|reserviere) ich (?:ihnen|dir|sie|dich|den|das|ihren|deinen)`,
        `(?:sie (?:erhalten|bekommen)|du (?:erhaltst|bekommst)) (?:gleich |in kurze )?(?:eine|die) (?:kalender)?einladung`,
      ),
    },
    stands: {
      done: anyOf(
        `(?:ihr|ihre|dein|deine|euer|unser) (?:\\S+ )?${noun}(?: [^;]{1,70}?)? (?:ist|sind|steht|bleibt)(?: (?!leider|noch nicht|nicht)[^;]{1,60}?)? (?:${booked}|fest|im kalender)`,
        `(?:der|die) (?:termin|buchung|reservierung)(?: [^;]{1,60}?)? ist (?:jetzt |nun |hiermit |somit |fest |fur sie |fur dich )*${booked}(?! von)`,
        `(?:ihr|dein|unser) (?:\\S+ )?termin (?:steht|findet)`,
        `(?:ihr|dein) (?:\\S+ )?termin ist (?:am|um|morgen|heute|nachsten|diesen|jetzt am)`,
        `(?:sie sind|du bist|ist)(?: (?:jetzt|nun|hiermit|somit|fest|damit|alles|fur|sie|dich|am|um|den|\\d+[.:]?\\d*|uhr|\\w+tag|mittwoch))* (?:gebucht|reserviert|eingetragen|vorgemerkt|eingeplant)(?! von)`,
        `alles (?:ist )?(?:gebucht|eingetragen|bestatigt)`,
        `(?:bis|wir sehen uns|ich erwarte sie|wir erwarten sie|wir freuen uns auf sie) (?:am )?(?:\\w+tag|mittwoch|morgen)[^;]{0,30} um \\d+\\w*`,
      ),
    },
    moved: {
      done: anyOf(
        `${iHave}${gap} ${moved}`,
        `${iHave} (?:[^;?]{0,40} )?${yours}${gap} geandert`,
        `${subject} (?:ist|wurde|wurden|sind)(?: [^;]{1,60}?)? ${moved}`,
      ),
      will: anyOf(
        `(?:ich|wir) (?:verschiebe|verschieben|verlege|verlegen) (?:ihn|sie|das|${yours})`,
        `(?:ich|wir) werden? (?:ihn|das|${yours})${gap} (?:verschieben|verlegen|umbuchen)`,
      ),
    },
    cancelled: {
      done: anyOf(
        `${iHave}${gap} ${cancelled}`,
        `${subject} (?:ist|wurde|wurden|sind)(?: [^;]{1,60}?)? ${cancelled}`,
        `(?<=^|[!,:] )(?:erledigt[,!:]? )?(?:storniert|abgesagt)(?=$|[!,:;.])`,
      ),
      will: anyOf(
        `(?:ich|wir) (?:storniere|stornieren) (?:ihn|sie|das|${yours})`,
        `(?:ich|wir) sagen? (?:ihn|das|${yours})${gap} ab`,
        `(?:ich|wir) werden? (?:ihn|das|${yours})${gap} (?:stornieren|absagen)`,
      ),
    },
    handed_over: {
      done: anyOf(
        `${iHave} (?=[^;?]*\\b(?:${person}|\\w*team)\\b)[^;?]{1,90}(?:weitergeleitet|weitergegeben|ubergeben|informiert|verstandigt|gebeten|bescheid gegeben|benachrichtigt)`,
        `${person} (?:[^;]{0,40} )?(?:ubernimmt|ubernehmen (?:jetzt|nun|hier))`,
      ),
      will: anyOf(
        `${person} (?:[^;]{0,40} )?(?:meldet sich|melden sich|kontaktiert sie|schreibt ihnen|ruft sie)`,
        `${person} (?:[^;]{0,20} )?(?:wird|werden) [^;]{0,60}(?:ubernehmen|melden|kontaktieren|schreiben|anrufen|kummern)`,
        `es (?:wird|meldet) sich (?=[^;?]*${person})[^;?]{1,60}`,
        `(?:ich|wir) (?:leite|leiten|gebe|geben|verbinde|verbinden|ubergebe) (?=[^;?]*${person})[^;?]{1,70}`,
      ),
    },
    offered_link: {
      done: anyOf(
        '(?:link|button|knopf|schaltflache) (?:hier )?(?:unten|darunter|unterhalb)',
        '(?:folgenden|untenstehenden|nachstehenden|unteren) (?:link|button|knopf)',
        'hier (?:ist|finden sie|findest du|haben sie|kommt) (?:der|den|ihr|unser|unseren|ein) (?:\\S+ )?(?:link|button|knopf)',
        '(?:klicken|tippen|drucken) sie (?:bitte |einfach )*(?:auf )?(?:den|diesen) (?:link|button|knopf)',
      ),
    },
  },
};
