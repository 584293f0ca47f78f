import { anyOf, type PromiseWords } from '../promise-words.ts';

const thing =
  '(?:citas?|reservas?|reunion(?:es)?|visitas?|demos?|demostracion(?:es)?|llamadas?|consultas?|mesas?|sesion(?:es)?|turnos?|clases?|plazas?)';
const yours = `(?:(?:tu|tus|su|sus|vuestra|vuestro|nuestra) (?:\\S+ )?${thing}|(?:la|el) (?:cita|reserva|reunion|visita|turno))`;
const theOne = '(?:la|el) (?:anterior|antigu[oa]|otr[oa]|primer[oa]?|del? [^,;]{1,20})';
const subject = `${yours}(?: [^,;]{1,60}?)?`;
const to = '(?:(?:te|le|les|os|se) ?)?(?:(?:lo|la|los|las) )?';
const booked = '(?:reservad|agendad|programad|apuntad|anotad|confirmad|fijad|concertad)[oa]s?';
const moved = '(?:cambiad|movid|reprogramad|reagendad|aplazad|adelantad|pospuest)[oa]s?';
const cancelled = '(?:cancelad|anulad)[oa]s?';
const also = '(?:(?:ya|ahora|tambien|correctamente|bien) )*';
const person =
  '(?:companer[oa]s?|personas?|colegas?|equipo|asesor(?:a|es)?|agentes?|especialistas?|humano|alguien)';

export const spanish: PromiseWords = {
  denies: /\b(?:no|nunca|ningun\w*|nada|nadie|sin|tampoco|que (?:te|le|os|les))\b/,
  supposes:
    /\b(?:si|cuando|en cuanto|una vez|despues de que|antes de|podria\w*|puedo|podemos|quiere\w*|quieras|dime|digame|avisame|confirma(?:me)?|confirmes|confirme|deberia\w*)\b/,
  depends: /\b(?:cuando|en cuanto|una vez|solo (?:si|cuando)|hasta que|si (?:me )?confirma\w*)\b/,
  says: {
    booked: {
      done: anyOf(
        `${to}(?:he|hemos) ${also}(?:dejado )?${booked}`,
        `(?:te|le|les|os) (?:lo |la )?(?:reserve|agende|programe|apunte)`,
        `(?:agende|reserve|programe) (?:tu|su|la) ${thing}`,
        `(?:queda|quedo|quedas|ha quedado|quedaste|quedan) ${also}${booked}`,
        `${subject} (?:ha sido|fue|se ha) ${also}${booked}`,
        `(?<=^|[!,:¡] |¡)(?:(?:listo|perfecto|hecho)[,!:]? )*(?:reservad|agendad|confirmad)[oa](?=$|[!,:;.]| para )`,
      ),
      will: anyOf(
        `(?:te|le|les|os|lo|la) (?:reservo|agendo|apunto|reservare|agendare|apuntare|programare)`,
        `(?:reservare|agendare) (?:tu|su|la|una) ${thing}`,
        `(?:${to}(?:voy|vamos) a|estoy) (?:reserv|agend|apunt|program)(?:ar|ando)(?:te|le|les|os|lo|la)*`,
        `(?:recibiras|recibira|te llegara|le llegara) (?:una|la|un|el) invitacion`,
      ),
    },
    stands: {
      done: anyOf(
        `${subject} (?:esta|estan|sigue|continua) ${also}${booked}`,
        `(?:estas|esta usted) ${also}(?:apuntad|agendad|confirmad|citad)[oa]`,
        `todo (?:esta |queda )?(?:reservado|confirmado|agendado)`,
        `(?:tienes|tiene|teneis) (?:una|la|tu|su) ${thing} [^,;]{0,50}a las? \\d`,
        `(?:te|le|os|les) esper(?:o|amos) (?:el |este |manana)[^,;]{0,40}a las? \\d+\\w*`,
        `nos vemos (?:el |este |manana)[^,;]{0,40}a las? \\d+\\w*`,
        `(?:tu|su|vuestra) ${thing} es (?:el|manana|hoy|este)`,
      ),
    },
    moved: {
      done: anyOf(
        `(?:te|le|les|os|se|lo|la) (?:la |lo )?(?:he|hemos) ${also}${moved}`,
        `(?:he|hemos) ${also}${moved} (?:${yours}|${theOne})`,
        `(?:he|hemos) ${also}(?:reprogramado|reagendado)`,
        `(?:cambie|movi|reprograme|reagende|pase) ${yours}`,
        `${subject} (?:ha sido|fue|se ha|queda|quedo|ha quedado|esta) ${also}${moved}`,
      ),
      will: anyOf(
        `(?:(?:voy|vamos) a) (?:cambiar|mover|reprogramar|reagendar) ${yours}`,
        `(?:te|le|la|lo) (?:cambio|muevo|reprogramo|cambiare|movere|reprogramare)`,
      ),
    },
    cancelled: {
      done: anyOf(
        `(?:te|le|les|os|se|lo|la) (?:la |lo )?(?:he|hemos) ${also}${cancelled}`,
        `(?:he|hemos) ${also}${cancelled} (?:${yours}|${theOne})`,
        `(?:cancele|anule) (?:${yours}|${theOne})`,
        `${subject} (?:ha sido|fue|se ha|queda|quedo|ha quedado|esta) ${also}${cancelled}`,
        `(?:queda|quedo|ha quedado) ${also}${cancelled}`,
      ),
      will: anyOf(
        `(?:voy|vamos) a (?:cancelar|anular) ${yours}`,
        `(?:cancelare|anulare|(?:te|le|la|lo) (?:cancelo|anulo|cancelare|anulare))`,
      ),
    },
    handed_over: {
      done: anyOf(
        `(?:he|hemos) ${also}(?:pasado|derivado|trasladado|transferido|avisado|informado|pedido)\\b[^,;?]{0,60}\\b${person}`,
        `(?:pase|derive|avise) (?:tu|su|a)\\b[^,;?]{0,50}\\b${person}`,
      ),
      will: anyOf(
        `${person} (?:[^,;]{0,40} )?(?:(?:te|le|les|os) (?:contactara|escribira|atendera|respondera|llamara)n?|se (?:pondra|pondran) en contacto|(?:tomara|tomaran) el relevo|se (?:hara|haran) cargo|continuara)`,
        `(?:te|le|les) (?:paso|comunico|transfiero|derivo|pongo en contacto) (?:con|a)\\b[^,;?]{0,40}\\b${person}`,
        `(?:voy|vamos) a (?:pasar|transferir|derivar|comunicar)\\w*\\b[^,;?]{0,40}\\b${person}`,
      ),
    },
    offered_link: {
      done: anyOf(
        '(?:boton|enlace|link) (?:de (?:abajo|aqui)|abajo|a continuacion|aqui abajo|siguiente|que aparece)',
        'aqui (?:tienes|tiene|esta|te dejo|le dejo) (?:el|un|nuestro) (?:boton|enlace|link)',
        '(?:te|le) (?:dejo|envio|he enviado|he dejado) (?:aqui )?(?:el|un) (?:enlace|link|boton)',
        '(?:pulsa|pulse|toca|toque|haz clic|haga clic) (?:en )?(?:el|este) (?:boton|enlace|link)',
      ),
    },
  },
};
