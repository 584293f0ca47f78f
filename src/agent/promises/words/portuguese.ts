import { anyOf, type PromiseWords } from '../promise-words.ts';

const thing =
  '(?:consultas?|reuni(?:ao|oes)|visitas?|reservas?|agendamentos?|marcac(?:ao|oes)|demonstrac(?:ao|oes)|demos?|chamadas?|ligac(?:ao|oes)|sess(?:ao|oes)|mesas?|compromissos?|encontros?|aulas?|horario)';
const yours = `(?:(?:(?:a|o) )?(?:sua|seu|tua|teu|vossa) (?:\\S+ )?${thing}|(?:a|o|sua|seu) (?:consulta|reuniao|visita|reserva|agendamento|marcacao|demonstracao))`;
const subject = `${yours}(?: [^,;]{1,60}?)?`;
const booked = '(?:marcad|agendad|reservad|confirmad)[oa]s?';
const moved = '(?:remarcad|reagendad|alterad|transferid|adiad|antecipad|mudad)[oa]s?';
const cancelled = '(?:cancelad|desmarcad|anulad)[oa]s?';
const also = '(?:(?:ja|agora|tambem|entao) )*';
const person =
  '(?:colegas?|pessoas?|equipe|equipa|time|atendentes?|especialistas?|consultor(?:a|es)?|alguem|humano)';

export const portuguese: PromiseWords = {
  denies: /\b(?:nao|nunca|nenhum\w*|nada|ninguem|sem|nem)\b/,
  supposes:
    /\b(?:se|quando|assim que|logo que|depois que|depois de|antes de|poderia|posso|podemos|quer|queira|quiser|gostaria|confirme|confirmar|me diga|diga-me|avise|basta)\b/,
  depends: /\b(?:assim que|logo que|quando|so (?:se|quando)|ate que|se confirmar)\b/,
  says: {
    booked: {
      done: anyOf(
        `(?:marquei|agendei|reservei)`,
        `confirmei ${yours}`,
        `deixei (?:\\S+ ){0,3}?${booked}`,
        `(?:marcamos|agendamos|reservamos|confirmamos) ${yours}`,
        `(?<!horario |vaga )(?:ficou|fica|ficaram) ${also}${booked}`,
        `${subject} (?:foi|foram) ${also}${booked}`,
        `(?:tenho|temos) (?:tudo|(?:a|o) (?:sua|seu) ${thing}) ${booked}`,
        `(?<=^|[!,:] )(?:(?:pronto|perfeito|feito)[,!:]? )*(?:marcad|agendad|reservad|confirmad)[oa](?=$|[!,:;.]| para )`,
      ),
      will: anyOf(
        `(?:vou|vamos|irei) (?:ja |agora )?(?:te |lhe )?(?:marcar|agendar|reservar)`,
        `(?:marcarei|agendarei|reservarei|estou (?:marcando|agendando|reservando|a marcar|a agendar|a reservar))`,
        `(?:vai receber|recebera|receberas) (?:um|o|uma|a) convite`,
      ),
    },
    stands: {
      done: anyOf(
        `${subject} (?:esta|estao|continua) ${also}${booked}`,
        `(?:esta|estao) ${also}(?:tudo )?(?:marcad|agendad|confirmad)[oa]s? para`,
        `(?:esta )?tudo (?:marcado|confirmado|agendado)`,
        `(?:voce|tu) (?:tem|tens) (?:uma|um) ${thing} [^,;]{0,50}(?:as|a) \\d`,
        `(?:te espero|esperamos (?:voce|por si|por voce)|espero por (?:voce|si)) (?:na |no |amanha)[^,;]{0,40}as \\d+\\w*`,
        `(?:ate|nos vemos) (?:na |no )?(?:segunda|terca|quarta|quinta|sexta|sabado|domingo|amanha)[^,;]{0,30}as \\d+\\w*`,
        `(?:sua|seu|tua|teu) ${thing} e (?:na|no|amanha|hoje|dia)`,
      ),
    },
    moved: {
      done: anyOf(
        `(?:remarquei|reagendei)`,
        `(?:mudei|alterei|passei|transferi|adiei|antecipei) ${yours}`,
        `(?:remarcamos|reagendamos|alteramos|adiamos) ${yours}`,
        `(?:${subject}|ja|tudo) (?:foi|ficou|esta) ${also}${moved}`,
      ),
      will: anyOf(
        `(?:vou|vamos|irei) (?:ja |agora )?(?:remarcar|reagendar|adiar|(?:mudar|alterar) ${yours})`,
        `(?:remarcarei|reagendarei)`,
      ),
    },
    cancelled: {
      done: anyOf(
        `(?:cancelei|desmarquei|anulei)`,
        `(?:cancelamos|desmarcamos|anulamos) ${yours}`,
        `(?:${subject}|ja|tudo) (?:foi|ficou|esta) ${also}${cancelled}`,
      ),
      will: anyOf(
        `(?:vou|vamos|irei) (?:ja |agora )?(?:cancelar|desmarcar|anular)`,
        `(?:cancelarei|desmarcarei|anularei)`,
      ),
    },
    handed_over: {
      done: anyOf(
        `(?:passei|encaminhei|transferi|repassei|avisei|informei|pedi)\\b[^,;?]{0,60}\\b${person}`,
      ),
      will: anyOf(
        `${person} (?:[^,;]{0,40} )?(?:(?:vai|ira|vao) (?:te |lhe )?(?:entrar em conta[c]?to|assumir|responder|continuar|ligar|escrever|atender|falar com)|entrara em conta[c]?to|assumira|entra em conta[c]?to)`,
        `(?:vou|vamos|irei) (?:te |lhe )?(?:passar|transferir|encaminhar)\\b[^,;?]{0,50}\\b${person}`,
      ),
    },
    offered_link: {
      done: anyOf(
        '(?:botao|link) (?:aqui |logo )?(?:abaixo|a seguir|em baixo)',
        'aqui (?:esta|vai|tem) (?:o|um|nosso) (?:link|botao)',
        '(?:clique|toque|clica|carregue) n(?:o|esse|este) (?:link|botao)',
        '(?:enviei|deixei|mandei) (?:o|um) (?:link|botao)',
      ),
    },
  },
};
