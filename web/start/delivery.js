const ranks = { pending: 0, sent: 1, delivered: 2, read: 3, failed: 4 };

/** The later of two states of a message of the business, whatever order they came in. */
export function laterDelivery(one, other) {
  if (one === undefined || one === null) return other;
  if (other === undefined || other === null) return one;
  return ranks[other] > ranks[one] ? other : one;
}

/** Whether the customer has this message of the business on the phone. */
export function hasArrived(message) {
  return message.deliveryStatus === undefined || message.deliveryStatus === null
    ? message.status === 'sent'
    : ['sent', 'delivered', 'read'].includes(message.deliveryStatus);
}

/** What the ticks beside a message mean, for those who cannot see them. */
export const deliveryWords = {
  pending: 'on its way',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'not delivered',
};
