import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import type { LeadEventKind } from '../../src/notifications/lead-events.ts';
import type { NotifierKind } from '../../src/notifications/notifier.ts';
import { newOpenToken } from '../../src/notifications/targets/target-secrets.ts';
import { testVault } from './test-vault.ts';

export type TargetOptions = {
  kind?: NotifierKind;
  address?: string;
  secret?: string;
  name?: string;
  rules?: object[];
  quietHours?: object;
  digest?: object;
  escalation?: object;
  options?: object;
  isActive?: boolean;
};

/** Stores a target straight into the database; answers its id. What is not said: Slack, told of every lead turned Hot. */
export async function arrangeTarget(
  owner: Pool,
  userId: string,
  options: TargetOptions = {},
): Promise<string> {
  const id = newId('tgt');
  const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));
  await owner.query(
    `insert into notification_targets
       (notification_target_id, user_id, kind, name, address, address_shown, secret, rules,
        quiet_hours, digest, escalation, is_active, options)
     values ($1, $2, $3, $4, $5, 'https://hooks.slack.com/…', $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      userId,
      options.kind ?? 'slack',
      options.name ?? null,
      testVault.encrypt(
        options.address ?? 'https://hooks.slack.com/services/T0/B0/secret-part',
        id,
      ),
      options.secret === undefined ? null : testVault.encrypt(options.secret, id),
      JSON.stringify(options.rules ?? [{ on: 'tag', tags: ['Hot'] }]),
      json(options.quietHours),
      json(options.digest),
      json(options.escalation),
      options.isActive ?? true,
      JSON.stringify(options.options ?? {}),
    ],
  );
  return id;
}

/** Stores something that happened to a lead and that is due to be told; answers its id. */
export async function arrangeLeadEvent(
  owner: Pool,
  about: { userId: string; conversationId: string },
  event: { kind?: LeadEventKind; details?: object; dueInSeconds?: number } = {},
): Promise<string> {
  const id = newId('lev');
  await owner.query(
    `insert into lead_events
       (lead_event_id, user_id, conversation_id, kind, event_key, details, tell_at)
     values ($1, $2, $3, $4, $1, $5, now() + make_interval(secs => $6))`,
    [
      id,
      about.userId,
      about.conversationId,
      event.kind ?? 'tag',
      JSON.stringify(event.details ?? { from: 'Warm', to: 'Hot', total: 12 }),
      event.dueInSeconds ?? 0,
    ],
  );
  return id;
}

/** Stores a notification that is due; answers its id. */
export async function arrangeNotification(
  owner: Pool,
  about: { userId: string; targetId: string; conversationId?: string },
  options: { kind?: string; because?: string; tag?: string } = {},
): Promise<string> {
  const id = newId('ntf');
  await owner.query(
    `insert into notifications
       (notification_id, user_id, notification_target_id, conversation_id, kind, content,
        open_token, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, $7, now())`,
    [
      id,
      about.userId,
      about.targetId,
      about.conversationId ?? null,
      options.kind ?? 'event',
      JSON.stringify({
        conversationId: about.conversationId ?? null,
        because: options.because ?? 'Turned Hot',
        who: {
          name: 'Ana',
          company: null,
          email: null,
          phone: null,
          platform: 'whatsapp',
          agentName: 'Agent',
        },
        wants: null,
        score: { tag: options.tag ?? 'Hot', total: 12, percent: 70 },
        whyNow: [],
        promised: [],
      }),
      newOpenToken(),
    ],
  );
  return id;
}

/** A row of notifications as it is stored. */
export type StoredNotification = {
  notification_id: string;
  notification_target_id: string;
  lead_event_id: string | null;
  also_told: string[];
  kind: string;
  status: string;
  attempts: number;
  digest_id: string | null;
  error: string | null;
  next_attempt_at: Date | null;
  handed_over_at: Date | null;
  lease_until: Date | null;
  escalate_at: Date | null;
  sent_at: Date | null;
  provider_message_id: string | null;
  content: { because: string; whyNow: string[] } | null;
};

/** A tenant's notifications, the oldest first. */
export async function storedNotifications(
  owner: Pool,
  userId: string,
): Promise<StoredNotification[]> {
  const { rows } = await owner.query(
    'select * from notifications where user_id = $1 order by notification_id',
    [userId],
  );
  return rows;
}

/** Time passes for a notification: its lease is over and its next attempt is due. */
export async function leaseIsOver(owner: Pool, notificationId: string): Promise<void> {
  await owner.query(
    `update notifications
        set lease_until = now() - interval '1 second',
            next_attempt_at = case when status = 'pending' then now() - interval '1 second' end
      where notification_id = $1`,
    [notificationId],
  );
}

/** Time passes for a notification: nobody has opened it for long enough. */
export async function escalationIsDue(owner: Pool, notificationId: string): Promise<void> {
  await owner.query(
    `update notifications set escalate_at = now() - interval '1 second'
      where notification_id = $1 and escalate_at is not null`,
    [notificationId],
  );
}
