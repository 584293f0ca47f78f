import type {
  ContactAddress,
  EchoReceived,
  EditReceived,
  IdentityChanged,
  MessageReceived,
  RevokeReceived,
} from '../../src/channels/inbound-event.ts';

/** Where and between whom something is said. The first address is the one to send to. */
export type Between = {
  accountId: string;
  addresses: [ContactAddress, ...ContactAddress[]];
  atSecond?: number;
};

export const phone = (address: string): ContactAddress => ({ kind: 'phone', address });
export const userId = (address: string): ContactAddress => ({ kind: 'whatsapp_user_id', address });

/** A customer writes a text. */
export function message(between: Between, id: string, text = id): MessageReceived {
  return {
    type: 'message',
    ...basics(between, id),
    from: { addresses: between.addresses, name: 'Ana' },
    content: { type: 'text', text, details: {}, media: [] },
    expectsReply: true,
  };
}

/** A person of the business writes a text in the provider's app. */
export function echo(between: Between, id: string): EchoReceived {
  return {
    type: 'echo',
    ...basics(between, id),
    to: { addresses: between.addresses },
    content: { type: 'text', text: id, details: {}, media: [] },
  };
}

/** The customer writes another text in the place of an earlier one. */
export function edit(between: Between, targetId: string, text: string): EditReceived {
  return {
    type: 'edit',
    ...basics(between, `edit of ${targetId}`),
    from: { addresses: between.addresses },
    targetProviderMessageId: targetId,
    content: { type: 'text', text, details: {}, media: [] },
  };
}

/** The customer takes a message back. */
export function revoke(between: Between, targetId: string): RevokeReceived {
  return {
    type: 'revoke',
    ...basics(between, `revocation of ${targetId}`),
    from: { addresses: between.addresses },
    targetProviderMessageId: targetId,
  };
}

/** A customer has another address from now on. */
export function identityChange(
  accountId: string,
  previous: ContactAddress,
  current: ContactAddress,
): IdentityChanged {
  const account = { platform: 'whatsapp', accountId } as const;
  return { type: 'identity_change', account, previous, current, at: new Date(0) };
}

function basics({ accountId, atSecond = 0 }: Between, providerMessageId: string) {
  return {
    account: { platform: 'whatsapp', accountId } as const,
    providerMessageId,
    sentAt: new Date(1_793_700_000_000 + atSecond * 1_000),
  };
}
