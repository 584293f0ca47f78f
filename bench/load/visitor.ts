import { machineNowMs } from '../children/clock.ts';
import { type EventStream, openEventStream, type StreamEvent } from './event-stream.ts';

/** What became of one message of a visitor's; times are 0 for what did not come. */
export type VisitorPost = {
  number: number;
  postedAtMs: number;
  /** The POST was answered. */
  storedAtMs: number;
  /** The first words of the answer came. */
  firstAtMs: number;
  /** The whole answer came. */
  answeredAtMs: number;
};

/** What came over the streams; all but the first two must stay 0. */
export type StreamCounts = {
  deltas: number;
  messages: number;
  /** Deltas that do not go on where the draft ends: some before them were lost. */
  gaps: number;
  /** Answers of which the draft had not all, or not the same. */
  unlikeDrafts: number;
  /** Deltas of an answer that had come. */
  lateDeltas: number;
  /** Messages that are not the next of their conversation: doubled, or some before them were lost. */
  outOfOrder: number;
};

/** A visitor who follows their conversation, and asks one thing at a time. */
export type Visitor = {
  readonly token: string;
  readonly isOpen: boolean;
  /** When the stream opened last. */
  readonly openedAtMs: number;
  readonly lastSequenceNo: number;
  readonly posts: VisitorPost[];
  isWaiting(): boolean;
  /** Opens the stream, and again a while after it is lost. `lost` hears of every try that failed. */
  follow(port: number, lost: (status: number) => void): void;
  leave(): void;
  /** Reads nothing more of what comes. */
  stopReading(): void;
};

/** As the stream tells its clients (`retry: 1000`). */
const comeBackAfterMs = 1_000;

/** A visitor who is not there yet. */
export function createVisitor(token: string, counts: StreamCounts): Visitor {
  const posts: VisitorPost[] = [];
  let stream: EventStream | undefined;
  let isOpen = false;
  let openedAtMs = 0;
  let lastSequenceNo = 0;
  let draft = '';
  let timer: NodeJS.Timeout | undefined;

  const hearDelta = ({ text, offset }: { text: string; offset: number }): void => {
    counts.deltas += 1;
    const post = posts.at(-1);
    if (post === undefined || post.answeredAtMs > 0) {
      counts.lateDeltas += 1;
      return;
    }
    if (post.firstAtMs === 0) post.firstAtMs = machineNowMs();
    if (offset === 0) draft = '';
    if (offset !== draft.length) counts.gaps += 1;
    draft += text;
  };
  const hearMessage = (message: { sequenceNo: number; author: string; text: string }): void => {
    counts.messages += 1;
    if (message.sequenceNo !== lastSequenceNo + 1) counts.outOfOrder += 1;
    lastSequenceNo = message.sequenceNo;
    const post = posts.at(-1);
    if (message.author === 'customer' || post === undefined) return;
    post.answeredAtMs = machineNowMs();
    if (draft !== message.text) counts.unlikeDrafts += 1;
    draft = '';
  };
  const hear = ({ event, data }: StreamEvent): void => {
    if (event === 'delta') hearDelta(JSON.parse(data));
    if (event === 'message') hearMessage(JSON.parse(data));
  };
  const follow = (port: number, lost: (status: number) => void): void => {
    const path = `/webchat/events?after=${lastSequenceNo}`;
    stream = openEventStream(
      { port, path, token },
      {
        opened() {
          isOpen = true;
          openedAtMs = machineNowMs();
        },
        event: hear,
        ended(status) {
          isOpen = false;
          lost(status);
          timer = setTimeout(() => follow(port, lost), comeBackAfterMs);
        },
      },
    );
  };

  return {
    token,
    posts,
    get isOpen() {
      return isOpen;
    },
    get openedAtMs() {
      return openedAtMs;
    },
    get lastSequenceNo() {
      return lastSequenceNo;
    },
    isWaiting: () => posts.at(-1)?.answeredAtMs === 0,
    follow,
    leave() {
      clearTimeout(timer);
      stream?.close();
      isOpen = false;
    },
    stopReading() {
      stream?.pause();
    },
  };
}
