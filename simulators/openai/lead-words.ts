/** What a lead is graded by through words; engagement is graded by how much is written. */
export type WordedDimension = 'intent' | 'urgency' | 'budget' | 'fit';

/**
 * Words that speak for a grade; pieces of regular expressions. `latin` are whole words in English, Spanish,
 * Portuguese, German, French and Italian, a line each; `other` is found anywhere, for scripts without spaces.
 */
type Words = { grade: 1 | 2 | 3; latin: string[]; other?: string };

const intent: Words[] = [
  {
    grade: 1,
    latin: [
      "not interested|just (?:looking|browsing)|don['’]t (?:want|need)|no thanks|wrong number|unsubscribe",
      'no me interesa|solo (?:estoy )?mirando|ya no (?:lo )?quiero|número equivocado',
      'não (?:tenho interesse|quero)|só olhando|número errado',
      'kein interesse|nicht interessiert|nur mal schauen|falsche nummer',
      'pas intéressée?|je regarde juste|faux numéro|mauvais numéro',
      'non (?:mi interessa|sono interessat[oa])|solo curiosità|numero sbagliato',
    ],
    other: 'لست مهتم|रुचि नहीं|不感兴趣|興味(?:が|は)?(?:ない|ありません)',
  },
  {
    grade: 3,
    latin: [
      "(?:want|like|ready|wish) to (?:buy|order|book|sign|purchase|reserve|subscribe|rent)|I(?:['’]ll| will) take (?:it|one|two|the)|let['’]s (?:do it|go ahead|book)|book (?:me|us|a demo|an appointment)|send (?:me )?the (?:contract|invoice)|where (?:do|can) I (?:pay|sign)|place an order|sign (?:us|me) up",
      'quier[oe]n? (?:comprar|contratar|reservar|pedir|agendar)|me lo (?:llevo|quedo)|(?:queremos|quisiera|quería) (?:comprar|contratar|reservar|agendar)|dónde (?:pago|firmo)|agend(?:a|e|ar)(?:me)? una (?:demo|cita)',
      'quero (?:comprar|contratar|reservar|fechar|agendar)|vou (?:levar|ficar com|fechar)|queremos (?:comprar|contratar|fechar|agendar)|fechado|como (?:faço para )?pag(?:o|ar)',
      '(?:möchte|will|wollen|möchten) .{0,40}(?:kaufen|bestellen|buchen|beauftragen|reservieren)|(?:ich|wir) nehme[n]? (?:es|das|den|die)|schicken sie mir (?:den vertrag|die rechnung)',
      '(?:je (?:veux|voudrais|souhaite)|nous (?:voulons|souhaitons)) .{0,20}(?:acheter|commander|réserver|signer)|je (?:le|la|les) prends|on (?:signe|y va)',
      '(?:voglio|vorrei|vogliamo|vorremmo) .{0,20}(?:comprare|acquistare|ordinare|prenotare|firmare)|l[oa] prendo|procediamo',
    ],
    other:
      'أريد (?:شراء|أن أشتري|الحجز|حجز)|खरीदना (?:है|चाहता|चाहती)|बुक (?:करना|कर दो|कर दीजिए)|(?:想要?|要)(?:买|购买|订购|预订|下单)|下单|購入したい|買いたい|予約(?:したい|をお願い)|申し込みたい',
  },
  {
    grade: 2,
    latin: [
      'interested|looking for|thinking (?:of|about)|considering|do you (?:have|offer|sell|do)|tell me more|more information|more info|a demo|a quote|which (?:one|plan|package)|compar(?:e|ing)',
      'me interesa|interesad[oa]s?|busc(?:o|amos|ando)|estoy pensando|tienen|ofrecen|más información|una demo|cotización|presupuesto para',
      'tenho interesse|interessad[oa]s?|procur(?:o|amos|ando)|pensando em|vocês (?:têm|fazem|vendem)|mais informações|orçamento para|uma demo',
      'interessier(?:e|t|en)|ich suche|wir suchen|überlege[n]?|haben sie|bieten sie|mehr informationen|ein angebot|eine demo',
      "intéressée?s?|je cherche|nous cherchons|on cherche|je pense à|avez[- ]vous|proposez[- ]vous|plus d[’']informations|un devis|une démo",
      'interessat[oaie]|mi interessa|cerco|cerchiamo|sto pensando|avete|offrite|più informazioni|un preventivo|una demo',
    ],
    other:
      'مهتم|أبحث عن|هل لديكم|जानकारी|चाहिए|दिलचस्पी|感兴趣|了解一下|咨询|想问|興味が(?:ある|あり)|検討|について(?:教えて|知りたい)',
  },
];

const urgency: Words[] = [
  {
    grade: 1,
    latin: [
      'no (?:hurry|rush)|some ?day|next year|not urgent|one day maybe',
      'sin prisa|no (?:hay|tengo) prisa|algún día|el año que viene|el próximo año',
      'sem pressa|algum dia|ano que vem',
      'keine eile|irgendwann|nächstes jahr',
      "pas pressée?|un jour peut-être|l[’']année prochaine",
      "senza fretta|nessuna fretta|un giorno|l[’']anno prossimo",
    ],
    other: 'لست مستعجل|जल्दी नहीं|不急|急いでいません',
  },
  {
    grade: 3,
    latin: [
      'urgent(?:ly)?|asap|as soon as possible|right (?:now|away)|today|tonight|tomorrow|this week(?:end)?|next week|in (?:two|three|\\d) (?:days|weeks)|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
      'urgente|cuanto antes|lo antes posible|hoy|mañana|esta semana|la semana que viene|la próxima semana|para el (?:lunes|martes|miércoles|jueves|viernes)',
      'o quanto antes|hoje|amanhã|esta semana|essa semana|semana que vem|(?:na|até|para) (?:segunda|terça|quarta|quinta|sexta)',
      'dringend|sofort|so schnell wie möglich|heute|morgen|diese woche|nächste woche|bis (?:montag|dienstag|mittwoch|donnerstag|freitag)|am (?:montag|dienstag|mittwoch|donnerstag|freitag)',
      "en urgence|dès que possible|au plus vite|aujourd[’']hui|demain|cette semaine|la semaine prochaine|(?:avant|pour) (?:lundi|mardi|mercredi|jeudi|vendredi)",
      'il prima possibile|subito|oggi|domani|questa settimana|la prossima settimana|entro (?:lunedì|martedì|mercoledì|giovedì|venerdì)',
    ],
    other:
      'عاجل|اليوم|غدا|هذا الأسبوع|तुरंत|आज|कल|इस हफ्ते|अर्जेंट|今天|明天|尽快|这周|本周|下周|急|至急|今日|明日|今週|来週',
  },
  {
    grade: 2,
    latin: [
      'soon|this month|next month|this quarter|next quarter|in (?:a|two|three|\\d) months?|in (?:january|february|march|april|may|june|july|august|september|october|november|december)|before (?:summer|christmas|the end of)',
      'pronto|este mes|el mes que viene|el próximo mes|en (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)|antes de (?:fin de|navidad|verano)',
      'em breve|este mês|mês que vem|em (?:janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)',
      'bald|diesen monat|nächsten monat|im (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)|in (?:zwei|drei) monaten',
      'bientôt|ce mois-ci|le mois prochain|en (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)',
      'presto|questo mese|il mese prossimo|il prossimo mese|a (?:gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre)',
    ],
    other: 'قريبا|هذا الشهر|الشهر القادم|अगले महीने|इस महीने|这个月|下个月|今月|来月',
  },
];

const budget: Words[] = [
  {
    grade: 1,
    latin: [
      "too expensive|too much money|can['’]t afford|cannot afford|no (?:budget|money)|way over|for free",
      'muy caro|demasiado caro|carísimo|no (?:me alcanza|puedo pagar|tengo (?:dinero|presupuesto))|gratis',
      'muito caro|caro demais|não (?:posso pagar|tenho (?:dinheiro|verba))|de graça|grátis',
      'zu teuer|kein (?:budget|geld)|nicht leisten|umsonst|kostenlos',
      'trop cher|pas (?:les moyens|de budget)|gratuit(?:ement)?',
      'troppo caro|troppo costoso|non (?:ho|abbiamo) (?:budget|soldi)|gratis',
    ],
    other: 'غالي|مجان|बहुत महंगा|महँगा|मुफ्त|फ्री में|太贵|免费|高すぎ|無料',
  },
  {
    grade: 3,
    latin: [
      "budget (?:is|of|approved)|approved budget|(?:price|that|it)(?:['’]s| is) (?:fine|ok|okay)(?: for us)?|we (?:can|could) (?:pay|spend)|money is not (?:a|the) (?:problem|issue)|happy with the price|works for (?:us|our budget)|I(?:['’]ll| will) pay|paid",
      'presupuesto (?:es|de|aprobado)|el precio (?:está|me parece) bien|podemos pagar|el dinero no es problema|acepto el precio|de acuerdo con el precio',
      'orçamento (?:é|de|aprovado)|o preço (?:está|tá) (?:bom|ok)|podemos pagar|dinheiro não é problema|aceito o preço|fecho por',
      'budget (?:ist|von|liegt|steht|genehmigt)|preis (?:passt|ist (?:ok|okay|in ordnung))|geld spielt keine rolle|wir können .{0,20}zahlen',
      "budget (?:est|de|validé)|le prix (?:me va|nous va|convient|est correct)|l[’']argent n[’']est pas un problème|nous pouvons payer",
      'budget (?:è|di|approvato)|il prezzo (?:va bene|è ok)|i soldi non sono un problema|possiamo pagare|accetto il prezzo',
    ],
    other:
      'الميزانية|السعر مناسب|बजट|दाम ठीक|预算|价格(?:可以|没问题)|予算(?:は|が)?(?:\\d|あり)|価格(?:は|で)?(?:大丈夫|問題ない)',
  },
  {
    grade: 2,
    latin: [
      'how much|what does it cost|prices?|pricing|cost|discount|rates?|fees?|instal?lments',
      'cuánto (?:cuesta|vale|sale|cobran|es)|precios?|costo|descuento|tarifas?|cuotas|mensualidades',
      'quanto (?:custa|é|fica|sai)|preços?|valor(?:es)?|desconto|parcel(?:a|ar|as)',
      'wie ?viel (?:kostet|kosten)|was kostet|was kosten|preis(?:e|liste)?|kosten|rabatt|raten',
      'combien|prix|tarifs?|coûte|remise|réduction',
      'quanto (?:costa|viene|costano)|prezz[oi]|costi|costo|sconto|tariffe|rate',
    ],
    other:
      'كم السعر|بكم|السعر|خصم|कितने (?:का|की|में)|कीमत|दाम|छूट|多少钱|价格|报价|打折|いくら|料金|値段|価格|割引',
  },
];

const fit: Words[] = [
  {
    grade: 1,
    latin: [
      'not what I (?:need|want|am looking for)|wrong (?:company|place|number)|(?:looking for|need|apply for) a job|my (?:cv|résumé|resume)|internship|school project|homework',
      'no es lo que busco|busco (?:trabajo|empleo)|mi (?:cv|currículum)|prácticas|trabajo de la (?:escuela|universidad)',
      'não é o que (?:procuro|preciso)|procuro emprego|meu currículo|estágio|trabalho da (?:escola|faculdade)',
      'nicht das,? was ich (?:suche|brauche)|suche (?:arbeit|einen job)|mein lebenslauf|praktikum|hausarbeit',
      'pas ce que je cherche|cherche un (?:emploi|stage)|mon cv|exposé',
      'non è quello che cerco|cerco lavoro|il mio cv|tirocinio|tesina',
    ],
    other: 'أبحث عن عمل|नौकरी|找工作|简历|求职|仕事を探し|履歴書',
  },
  {
    grade: 3,
    latin: [
      "exactly what (?:I|we) (?:need|want|are looking for)|perfect for (?:us|me)|that(?:['’]s| is) (?:perfect|what we need)|we (?:have|are) (?:a|an) (?:team|company|clinic|restaurant|shop|hotel|agency|school)|our (?:team|company|clinic|restaurant|shop|hotel|agency|school|office)|we have \\d+ (?:employees|people|seats|locations|rooms)",
      'justo lo que (?:necesito|necesitamos|busco|buscamos)|perfecto para|ten(?:go|emos) (?:un|una) (?:empresa|clínica|restaurante|tienda|hotel|agencia)|nuestr[oa] (?:equipo|empresa|clínica|restaurante|tienda|hotel)|somos \\d+',
      'exatamente o que (?:preciso|precisamos|procuro)|perfeito para|tenho (?:um|uma) (?:empresa|clínica|restaurante|loja)|noss[oa] (?:equipe|empresa|clínica|restaurante|loja)|somos \\d+',
      'genau das,? was (?:ich|wir)|perfekt für uns|wir (?:sind|haben|betreiben) (?:ein|eine|einen) |unser[e]? (?:team|firma|praxis|restaurant|laden|hotel|büro)|wir haben \\d+',
      "exactement ce qu[’']il (?:me|nous) faut|parfait pour|nous (?:sommes|avons) une? (?:équipe|société|clinique|restaurant|boutique|hôtel|agence)|notre (?:équipe|société|clinique|restaurant|boutique|hôtel)|nous sommes \\d+",
      'proprio quello che (?:cerco|ci serve|cercavamo)|perfetto per noi|abbiamo (?:un|una|uno) (?:azienda|clinica|ristorante|negozio|hotel|studio)|(?:la nostra|il nostro) (?:azienda|clinica|ristorante|negozio|hotel|studio)|siamo in \\d+',
    ],
    other:
      'بالضبط ما (?:أحتاج|نحتاج)|شركتنا|हमारी (?:कंपनी|दुकान|टीम)|बिल्कुल यही|我们(?:公司|店|团队)|正是我(?:们)?需要|弊社|当社|まさに(?:必要|欲しい)',
  },
  {
    grade: 2,
    latin: [
      "(?:I|we) need|(?:I|we)(?:['’]m| am|['’]re| are) looking for|for my (?:business|company|home|family|car)|does it (?:work|support|include)",
      'necesit(?:o|amos)|para mi (?:negocio|empresa|casa|familia|coche)|incluye|funciona con',
      'precis(?:o|amos)|para (?:o meu|a minha|minha|meu) (?:negócio|empresa|casa|família)|inclui|funciona com',
      '(?:ich|wir) brauche[n]?|für mein(?:e|en)? |enthält|funktioniert .{0,10}mit',
      "j[’']ai besoin|nous avons besoin|il (?:me|nous) faut|pour (?:mon|ma) |est-ce que ça inclut",
      'ho bisogno|abbiamo bisogno|(?:mi|ci) serv(?:e|ono)|per (?:il mio|la mia)|include|funziona con',
    ],
    other: 'أحتاج|نحتاج|ज़रूरत|जरूरत|需要|必要',
  },
];

/** The words by dimension. What speaks against a lead comes first. */
export const leadWords: Record<WordedDimension, { grade: 1 | 2 | 3; when: RegExp }[]> = {
  intent: intent.map(compiled),
  urgency: urgency.map(compiled),
  budget: budget.map(compiled),
  fit: fit.map(compiled),
};

/** What nobody who wants to buy writes, and what this model falls for on purpose: the product must not. */
export const commands =
  /ignore (?:all |any )?(?:of )?(?:your|the|previous|prior|my)[\w ]{0,20}(?:instructions|rules|prompt)|(?:mark|rate|tag|score|set|classify) (?:me|this|us|this lead) (?:as )?(?:a )?hot\b|ignora (?:tus|las|suas|as) (?:instrucciones|instruções)|ignoriere? (?:deine|alle) anweisungen|ignorez? (?:vos|tes|les) instructions|márca(?:me)? (?:como )?hot/iu;

function compiled({ grade, latin, other }: Words): { grade: 1 | 2 | 3; when: RegExp } {
  const words = `(?<![\\p{L}\\p{N}])(?:${latin.join('|')})(?![\\p{L}\\p{N}])`;
  return { grade, when: new RegExp(other === undefined ? words : `${words}|${other}`, 'iu') };
}
