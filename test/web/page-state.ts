import { pageModule } from './page-modules.ts';

const { initialState, reduce } = await pageModule('state');
const { shown } = await pageModule('shown');
const { phoneItems } = await pageModule('phone-items');

/** Something that happens to the page. */
export type Action = { type: string; [fact: string]: unknown };
type Item = { key: string; isMine: boolean; text: string; ticks?: string; picture?: string };

/** The business's channels, as /demo.json has them. */
export const channels = [
  { platform: 'whatsapp', agentId: 'agt_1', customer: { address: '15550001111' } },
  { platform: 'instagram', agentId: 'agt_2', customer: { address: '1784' } },
  { platform: 'webchat', agentId: 'agt_3', customer: { address: 'id_ana' } },
];
/** The customer's conversation on WhatsApp. */
export const conversation = {
  conversationId: 'cnv_1',
  agentId: 'agt_1',
  customerPhone: '+15550001111',
  handledBy: 'ai',
  isActive: true,
};

/** What the page shows after these happened. */
export function stateAfter(...actions: Action[]) {
  return shown(actions.reduce(reduce, initialState(channels)));
}

/** An event of the stream. */
export function happened(kind: string, payload: object, at = 0): Action {
  return { type: 'event', at, event: { kind, payload } };
}

/** A message as the stream tells it. */
export function message(sequenceNo: number, author: string, extra: object = {}) {
  return {
    messageId: `msg_${sequenceNo}`,
    conversationId: 'cnv_1',
    sequenceNo,
    author,
    type: 'text',
    text: `text ${sequenceNo}`,
    timestamp: '2026-11-21T08:00:00Z',
    ...extra,
  };
}

/** A delivery of a message of the business. */
export const status = (sequenceNo: number, deliveryStatus: string) =>
  happened('status', {
    messageId: `msg_${sequenceNo}`,
    conversationId: 'cnv_1',
    deliveryStatus,
  });

/** What the customer's phone shows, a line each. */
export const onPhone = (state: unknown): string[] =>
  phoneItems(state).map(
    ({ isMine, text, ticks }: Item) => `${isMine ? 'me' : 'them'}: ${text} ${ticks ?? ''}`,
  );
