import { z } from 'zod';

const Conversations = z.object({
  items: z.array(z.object({ userId: z.string(), conversationId: z.string() })).min(1),
});
const Notifications = z.object({
  items: z.array(z.object({ userId: z.string(), notificationId: z.string() })).min(1),
});
const Accounts = z.object({
  items: z.array(z.object({ userId: z.string(), phoneNumberId: z.string() })).min(1),
});
const Attachments = z.object({
  items: z.array(z.object({ userId: z.string(), attachmentId: z.string() })).min(1),
});
const Contacts = z.object({
  items: z.array(z.object({ userId: z.string(), contactId: z.string() })).min(1),
});
const Meetings = z.object({
  items: z.array(z.object({ userId: z.string(), meetingId: z.string() })).min(1),
});
const Calendars = z.object({
  items: z.array(z.object({ userId: z.string(), calendarId: z.string() })).min(1),
});
const Tenants = z.object({ items: z.array(z.object({ userId: z.string() })).min(1) });
const Files = z.object({
  items: z.array(z.object({ userId: z.string(), storageKey: z.string() })).min(1),
});

/**
 * Every job there is. A job is only a hint to look at what the database says is owed: each may be
 * lost or run twice. Its group is the queue it waits in and what `npm run worker -- GROUP` picks.
 */
export const jobs = {
  /** Conversations whose customer should see at once that we have read and are writing. */
  'replies.acknowledge': { group: 'replies', payload: Conversations, attempts: 1 },
  /** Conversations that may be owed a reply now. */
  'replies.run': { group: 'replies', payload: Conversations, attempts: 3 },
  /** Conversations that may have stored messages to send now. */
  'sends.run': { group: 'sends', payload: Conversations, attempts: 3 },
  /** Accounts whose token may have to be looked after now; with the sends, which fail without it. */
  'accounts.refresh': { group: 'sends', payload: Accounts, attempts: 3 },
  /** Attachments that wait at a provider. */
  'media.fetch': { group: 'media', payload: Attachments, attempts: 3 },
  /** Contacts whose name their provider tells when it is asked. */
  'contacts.profile': { group: 'media', payload: Contacts, attempts: 1 },
  /** Files that are to go. */
  'media.delete': { group: 'media', payload: Files, attempts: 3 },
  /** Conversations that may have to be read as leads now. */
  'leads.extract': { group: 'leads', payload: Conversations, attempts: 3 },
  /** Conversations of which the sales team may have to be told something. */
  'leads.tell': { group: 'notifications', payload: Conversations, attempts: 3 },
  /** Meetings of which the customer may have to be told something now; not behind what Google is asked. */
  'meetings.tell': { group: 'notifications', payload: Meetings, attempts: 3 },
  /** Calendars in which people may have changed meetings. */
  'meetings.changes': { group: 'meetings', payload: Calendars, attempts: 3 },
  /** Meetings of which Google may be owed something now. */
  'meetings.write': { group: 'meetings', payload: Meetings, attempts: 3 },
  /** Tenants in whose Google calendar something has to go. */
  'meetings.remove': { group: 'meetings', payload: Tenants, attempts: 3 },
  /** Notifications that may be sent now. */
  'notifications.send': { group: 'notifications', payload: Notifications, attempts: 3 },
} as const satisfies Record<string, { group: string; payload: z.ZodType; attempts: number }>;

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]['payload']>;
export type JobGroup = (typeof jobs)[JobName]['group'];
export type JobHandler<Name extends JobName> = (payload: JobPayload<Name>) => Promise<void>;
export type JobHandlers = { [Name in JobName]?: JobHandler<Name> };

/** Whether the catalog has a job of this name: one that waits may be of another version of rapport. */
export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobs, name);
}

type Payloads = { [Name in JobName]: { payload: z.ZodType<JobPayload<Name>> } };
const payloads: Payloads = jobs;

/** Parses what waited under a name, and hands it to the handler of that name, if there is one. */
export async function handleJob<Name extends JobName>(
  handlers: JobHandlers,
  name: Name,
  data: unknown,
): Promise<void> {
  const handler: JobHandler<Name> | undefined = handlers[name];
  await handler?.(payloads[name].payload.parse(data));
}

/** Puts a job where a worker of its group finds it, not before `delayMs`. */
export type Enqueue = <Name extends JobName>(
  name: Name,
  payload: JobPayload<Name>,
  delayMs?: number,
) => Promise<void>;

/** The groups of jobs, in the order that they are named to people. */
export const jobGroups: readonly JobGroup[] = [
  ...new Set(Object.values(jobs).map(({ group }) => group)),
];
