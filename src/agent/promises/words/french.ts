import { anyOf, type PromiseWords } from '../promise-words.ts';

const noun =
  '(?:rendez-vous|rdv|reservation|reunion|visite|demo|demonstration|appel|table|creneau|seance|consultation|entretien|place)';
const yours = `(?:(?:votre|vos|ton|ta|notre) (?:\\S+ )?${noun}|(?:le|la|ce|cette) (?:rendez-vous|rdv|reservation|reunion|visite))`;
const subject = `${yours}(?: [^,;]{1,60}?)?`;
const well = '(?:(?:bien|deja|egalement|aussi|donc|maintenant|desormais|tout de suite) )*';
const iHave = `(?:j'ai|nous avons|on a|(?:je|nous|on) (?:vous|te|l|t)(?:'| )?(?:ai|avons|a)) ${well}`;
const booked = '(?:reserve|programme|fixe|planifie|confirme|enregistre|cale|inscrit|booke)e?s?';
const moved = '(?:deplace|reporte|decale|reprogramme|avance|modifie)e?s?';
const cancelled = '(?:annule|supprime)e?s?';
const person =
  "(?:collegues?|personnes?|equipe|conseill(?:er|ere|ers)|humain|agents?|quelqu'un|responsable)";

export const french: PromiseWords = {
  denies: /\b(?:pas|rien|aucune?|jamais|sans|ne)\b|\bn'/,
  supposes:
    /\b(?:si|des que|une fois|lorsque|quand|apres que|avant|pourrai[st]|pouvez|puis-je|voulez|souhaitez|dites|merci de|veuillez|il suffit)\b|\bs'il/,
  depends: /\b(?:des que|une fois|lorsque|quand vous|seulement|si vous confirmez|apres)\b/,
  says: {
    booked: {
      done: anyOf(
        `${iHave}${booked}(?! (?:a|aux) )`,
        `${iHave}(?:note|pris) (?:votre|le|un|ton) (?:rendez-vous|rdv|reservation)`,
        `${subject} (?:a|ont) ${well}ete ${well}(?:${booked}|prise?)`,
        `(?<=^|[!,:] )(?:(?:parfait|super|voila)[,!:]? )*(?:reserve|confirme)(?=$|[!,:;.]| pour )`,
      ),
      will: anyOf(
        `je (?:vais|vous|te) (?:vous |te )?(?:reserver|programmer|fixer|inscrire|planifier)`,
        `je (?:vous |te )?(?:reserverai|programmerai|fixerai|inscrirai)`,
        `je (?:vous|te) (?:reserve|inscris|programme|fixe|cale)`,
        `vous (?:allez recevoir|recevrez) (?:une|l'|votre) ?invitation`,
      ),
    },
    stands: {
      done: anyOf(
        `${subject} (?:est|sont|reste) ${well}(?:${booked}|pris)`,
        `c'est ${well}(?:reserve|confirme|booke|cale|programme|note pour)(?! (?:a|aux|par) )`,
        `(?:vous etes|tu es|tout est) ${well}(?:inscrite?|reserve|confirmee?|enregistree?)`,
        `(?:on|nous) vous attend(?:s|ons)? (?:le |ce )?(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|demain)[^,;]{0,30} a \\d+\\w*`,
        `a (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|demain)[^,;]{0,30} a \\d+\\w*`,
        `(?:vous avez|tu as) (?:un|une) ${noun} [^,;]{0,40}a \\d+\\w*`,
        `(?:votre|ton) (?:rendez-vous|rdv|reunion) est (?:le|demain|a|ce)`,
      ),
    },
    moved: {
      done: anyOf(
        `${iHave}(?:deplace|reporte|decale|reprogramme)e?`,
        `${iHave}(?:modifie|avance|change) ${yours}`,
        `${subject} (?:est|a|ont|sont) ${well}(?:ete )?${well}${moved}`,
      ),
      will: anyOf(
        `je (?:vais|le|la) (?:le |la )?(?:deplacer|reporter|decaler|deplace|reporte|decale)`,
        `je (?:deplace|reporte|decale|deplacerai|reporterai) ${yours}`,
      ),
    },
    cancelled: {
      done: anyOf(
        `${iHave}${cancelled}`,
        `${subject} (?:est|a|ont|sont) ${well}(?:ete )?${well}${cancelled}`,
        `c'est ${well}annule`,
      ),
      will: anyOf(`je (?:vais |l')(?:l')?(?:annuler|annule)`, `je (?:annule|annulerai) ${yours}`),
    },
    handed_over: {
      done: anyOf(
        `${iHave}(?:transmis|transfere|passe|prevenu|informe|signale|demande)\\b[^,;?]{0,60}\\b${person}`,
      ),
      will: anyOf(
        `${person} (?:[^,;]{0,40} )?(?:(?:va|vont) (?:vous |te )?(?:prendre le relais|contacter|recontacter|repondre|ecrire|rappeler)|prendra le relais|prend le relais|(?:vous|te) (?:contactera|recontactera|repondra|ecrira|rappellera)|reviendra vers (?:vous|toi))`,
        `je (?:vous|te) (?:transfere|mets en (?:relation|contact)|passe)\\b[^,;?]{0,50}\\b${person}`,
        `je (?:transmets|vais transmettre)\\b[^,;?]{0,50}\\b${person}`,
      ),
    },
    offered_link: {
      done: anyOf(
        '(?:bouton|lien) (?:ci-dessous|suivant|en dessous|plus bas|juste en dessous)',
        'voici (?:le|un|votre|notre) (?:lien|bouton)',
        '(?:cliquez|appuyez|clique) sur (?:le|ce) (?:lien|bouton)',
      ),
    },
  },
};
