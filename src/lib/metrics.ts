import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is read from the database when somebody asks for the metrics. */
export type OwedNow = {
  replies: number;
  oldestSeconds: number;
  unsentMessages: number;
  /** Meetings that Google's calendars do not show as they are. */
  calendarWrites: number;
  /** What customers are owed about meetings. */
  meetingMessages: number;
  meetingMessageOldestSeconds: number;
};

/** The numbers that operators watch. */
export type Metrics = {
  contentType: string;
  observeAck(seconds: number): void;
  observeTurn(end: string, seconds: number): void;
  observeTurnStep(step: string, seconds: number): void;
  observeSend(outcome: string): void;
  observeNotification(kind: string, result: string): void;
  observeTokenLook(result: string): void;
  observeExtraction(end: string, seconds: number): void;
  countBrokenPromise(kind: string): void;
  observeBooking(outcome: string): void;
  countEvent(type: string): void;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
};

/** `readOwed`, `readQueues` and `readCredits` are asked at each scrape. */
export function createMetrics(read: {
  owed: () => Promise<OwedNow>;
  queues: () => Promise<Record<string, number>>;
  credits: () => Promise<number>;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const acks = new Histogram({
    name: 'rapport_webhook_ack_seconds',
    help: 'From the first byte of a webhook to its answer, its events committed',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const turns = new Histogram({
    name: 'rapport_turn_seconds',
    help: 'A turn from its claim to its end, by how it ended',
    labelNames: ['end'],
    buckets: [0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 60],
    registers,
  });
  const steps = new Histogram({
    name: 'rapport_turn_step_seconds',
    help: 'The steps of a turn: prepare, model, commit',
    labelNames: ['step'],
    buckets: [0.002, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 60],
    registers,
  });
  const extractions = new Histogram({
    name: 'rapport_extraction_seconds',
    help: 'Reading a conversation as a lead, by how it ended',
    labelNames: ['end'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 60],
    registers,
  });
  const sends = new Counter({
    name: 'rapport_sends_total',
    help: 'Attempts to send a message, by what the provider made of them',
    labelNames: ['outcome'],
    registers,
  });
  const notifications = new Counter({
    name: 'rapport_notifications_total',
    help: 'Attempts to tell people of leads, by the kind of target and what became of them',
    labelNames: ['kind', 'result'],
    registers,
  });
  const tokenLooks = new Counter({
    name: 'rapport_token_looks_total',
    help: 'Tokens of accounts looked after, by what the provider said of them',
    labelNames: ['result'],
    registers,
  });
  const brokenPromises = new Counter({
    name: 'rapport_broken_promises_total',
    help: 'Answers not sent because they promised what no tool had done, by what they promised',
    labelNames: ['kind'],
    registers,
  });
  const bookings = new Counter({
    name: 'rapport_bookings_total',
    help: 'Meetings that customers booked, moved or called off in the conversation, by what became of it',
    labelNames: ['outcome'],
    registers,
  });
  const events = new Counter({
    name: 'rapport_inbound_events_total',
    help: 'Events that providers delivered, by type; unknown ones are kept in unhandled_events',
    labelNames: ['type'],
    registers,
  });
  const readGauges = gaugesOf(registers, read);
  return {
    contentType: registry.contentType,
    observeAck: (seconds) => acks.observe(seconds),
    observeTurn: (end, seconds) => turns.observe({ end }, seconds),
    observeTurnStep: (step, seconds) => steps.observe({ step }, seconds),
    observeExtraction: (end, seconds) => extractions.observe({ end }, seconds),
    observeSend: (outcome) => sends.inc({ outcome }),
    observeNotification: (kind, result) => notifications.inc({ kind, result }),
    observeTokenLook: (result) => tokenLooks.inc({ result }),
    countBrokenPromise: (kind) => brokenPromises.inc({ kind }),
    observeBooking: (outcome) => bookings.inc({ outcome }),
    countEvent: (type) => events.inc({ type }),
    async text() {
      await readGauges();
      return registry.metrics();
    },
  };
}

/** Gauges of what is read from the database and the queues: all are set before the text is written, not by the way. */
function gaugesOf(
  registers: Registry[],
  read: Parameters<typeof createMetrics>[0],
): () => Promise<void> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const replies = gauge('rapport_owed_replies', 'Conversations that are owed a reply');
  const oldestReply = gauge(
    'rapport_owed_reply_oldest_seconds',
    'How long the reply that is owed longest has been due',
  );
  const unsent = gauge('rapport_unsent_messages', 'Messages stored and not known to be sent');
  const calendarWrites = gauge(
    'rapport_owed_calendar_writes',
    'Meetings that are due to be written to a Google calendar, or to be taken out of it',
  );
  const meetingMessages = gauge(
    'rapport_owed_meeting_messages',
    'Messages about meetings that customers are owed now',
  );
  const oldestMeetingMessage = gauge(
    'rapport_owed_meeting_message_oldest_seconds',
    'How long the message about a meeting that is owed longest has been due',
  );
  const credits = gauge('rapport_credits_remaining', 'Credits that all tenants have left together');
  const waiting = new Gauge({
    name: 'rapport_jobs_waiting',
    help: 'Jobs that wait, by group',
    labelNames: ['group'],
    registers,
  });
  return async () => {
    const [owed, queues, left] = await Promise.all([read.owed(), read.queues(), read.credits()]);
    replies.set(owed.replies);
    oldestReply.set(owed.oldestSeconds);
    unsent.set(owed.unsentMessages);
    calendarWrites.set(owed.calendarWrites);
    meetingMessages.set(owed.meetingMessages);
    oldestMeetingMessage.set(owed.meetingMessageOldestSeconds);
    credits.set(left);
    for (const [group, jobs] of Object.entries(queues)) waiting.set({ group }, jobs);
  };
}
