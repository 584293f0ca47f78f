/** No provider's reply window is as long: a channel without one says years, and nobody has to hurry. */
const noHurryMs = 31 * 24 * 60 * 60_000;

/** Such as `5 h 20 min left to answer`; the same words as in the notification. Empty where nobody has to hurry. */
export function timeLeft(endsAt, nowMs) {
  const leftMs = Date.parse(endsAt) - nowMs;
  if (leftMs > noHurryMs) return '';
  if (leftMs <= 0) return 'Reply window closed';
  const minutes = Math.floor(leftMs / 60_000);
  if (minutes === 0) return 'Less than a minute left to answer';
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const units =
    days > 0
      ? [`${days} d`, hours && `${hours} h`]
      : [hours && `${hours} h`, rest && `${rest} min`];
  return `${units.filter(Boolean).join(' ')} left to answer`;
}

/** Who has the conversation, in a sentence. */
export function holderWords({ handledBy, handoverReason, aiPausedUntil, agentName }) {
  if (handledBy === 'ai') return `${agentName} (AI) answers the customer.`;
  const until = aiPausedUntil === null ? '' : ` The AI is silent until ${clock(aiPausedUntil)}.`;
  if (!mayTakeOver({ handledBy, handoverReason })) return `A person has this conversation.${until}`;
  return `Waiting for a person: ${reasonWords(handoverReason)}.${until}`;
}

/** Whether nobody has it yet: the AI does, or it waits for a person. */
export function mayTakeOver({ handledBy, handoverReason }) {
  return handledBy === 'ai' || !['taken_over', 'person_wrote'].includes(handoverReason);
}

const reasons = {
  out_of_credits: 'the credits are used up',
  asked_for_a_person: 'the customer asked for one',
};

function reasonWords(reason) {
  return reasons[reason] ?? (reason ?? 'the AI handed over').replaceAll('_', ' ');
}

export const platformNames = { whatsapp: 'WhatsApp', instagram: 'Instagram', webchat: 'Web chat' };

/** The dimensions as people say them. */
export const dimensionNames = {
  intent: 'Wants to buy',
  urgency: 'Urgency',
  budget: 'Money stands in the way',
  fit: 'Fits what you offer',
  engagement: 'Engagement',
};

export const authorNames = { customer: 'Customer', ai: 'AI', human: 'Person', system: 'System' };

/** A time of today, or a day and a time. */
export function clock(time) {
  const at = new Date(time);
  const isToday = at.toDateString() === new Date().toDateString();
  const short = { hour: '2-digit', minute: '2-digit' };
  return at.toLocaleString([], isToday ? short : { day: 'numeric', month: 'short', ...short });
}
