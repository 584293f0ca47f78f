import { isRecord, oneOf, textOf } from './fields.ts';
import type { StreamEvent } from './protocol.ts';
import type { Connection } from './state.ts';

/** What tabs of one visitor tell each other. */
export type TabNews =
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'read'; through: number }
  /** The outbox in the storage has changed. */
  | { kind: 'outbox' }
  /** A token was kept: who has none of their own takes it. */
  | { kind: 'kept' }
  | { kind: 'forgotten' };

export type Tabs = { tell(news: TabNews): void; close(): void };

/** Joins the tabs of one visitor; where the browser has no channels this tab is alone. */
export function joinTabs(name: string, onNews: (news: TabNews) => void): Tabs {
  if (typeof BroadcastChannel === 'undefined')
    return { tell: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const news = readNews(data);
    if (news !== undefined) onNews(news);
  };
  return {
    tell: (news) => channel.postMessage(news),
    close: () => channel.close(),
  };
}

// Another tab may run another version of this script.
function readNews(data: unknown): TabNews | undefined {
  if (!isRecord(data)) return undefined;
  const kind = oneOf(data['kind'], ['event', 'connection', 'read', 'outbox', 'kept', 'forgotten']);
  if (kind === 'outbox' || kind === 'kept' || kind === 'forgotten') return { kind };
  if (kind === 'read') return { kind, through: Number(data['through']) || 0 };
  if (kind === 'connection') {
    const connection = oneOf(data['connection'], ['connecting', 'live', 'offline']);
    return connection === undefined ? undefined : { kind, connection };
  }
  const event = isRecord(data['event']) ? data['event'] : {};
  const name = textOf(event['name']);
  return kind === undefined || name === null
    ? undefined
    : { kind, event: { name, data: event['data'] } };
}
