const names = { whatsapp: 'WhatsApp', instagram: 'Instagram', webchat: 'the web chat' };

/** What has become of a meeting, in a word or a few. */
export function statusWords({ status, changedBy }) {
  const by = { customer: ' by the customer', business: ' by the business' }[changedBy] ?? '';
  switch (status) {
    case 'pending':
      return 'on its way into the calendar';
    case 'cancelled':
      return `cancelled${by}`;
    case 'completed':
      return 'took place';
    case 'missed':
      return 'nobody came';
    default:
      return changedBy === null || changedBy === undefined ? 'booked' : `booked, moved${by}`;
  }
}

/** Whom a meeting is with: the customer, where they wrote, and whom they meet. */
export function whoWords({ customerName, person }, { platform, knownAs }) {
  const name = customerName ?? knownAs;
  const place = names[platform];
  return [name && `with ${name}`, place && `on ${place}`, person && `met by ${person}`]
    .filter((part) => part)
    .join(', ');
}

/** A link as it is read; where Google is simulated nobody waits behind it. */
export function linkWords(url) {
  return url.replace(/^https?:\/\//, '');
}
