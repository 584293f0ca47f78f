import type { LeadEventKind } from '../../notifications/lead-events.ts';
import type { NotificationContent } from '../../notifications/notification-content.ts';
import { type DeliveryPlan, planDelivery } from '../../notifications/sending/plan-delivery.ts';
import type { Digest } from '../../notifications/targets/digest.ts';
import type { QuietHours } from '../../notifications/targets/quiet-hours.ts';
import { matches, type Rule } from '../../notifications/targets/rules.ts';
import { composeContent } from './compose-content.ts';
import type { ToldLead } from './told-lead.ts';

/** Something that happened to a lead and that nobody was told of yet. */
export type EventToTell = {
  leadEventId: string;
  kind: LeadEventKind;
  details: Record<string, unknown>;
};

/** A target as planning sees it. */
export type TargetToTell = {
  notificationTargetId: string;
  rules: Rule[];
  quietHours: QuietHours | null;
  digest: Digest | null;
};

/** One message to one target about everything that it wants to hear of. */
export type PlannedTelling = {
  notificationTargetId: string;
  leadEventId: string;
  alsoTold: string[];
  content: NotificationContent;
  delivery: DeliveryPlan;
};

/** What a message is headed by when several things happened at once: what has to be done comes first. */
const weight: Record<LeadEventKind, number> = {
  handover: 0,
  booking: 1,
  failure: 2,
  tag: 3,
  keyword: 4,
  click: 5,
  change: 6,
};

/** Decides who is told of what happened in a conversation, each target in one message at most, and when. */
export function planTelling(given: {
  conversationId: string;
  events: EventToTell[];
  targets: TargetToTell[];
  facts: ToldLead;
  now: Date;
}): PlannedTelling[] {
  const { conversationId, targets, facts, now } = given;
  const events = given.events.toSorted((one, other) => weight[one.kind] - weight[other.kind]);
  const { agentId, platform } = facts;
  return targets.flatMap((target) => {
    const wanted = events.filter(({ kind, details }) =>
      target.rules.some((rule) => matches(rule, { kind, details, agentId, platform })),
    );
    const [first, ...others] = wanted;
    if (first === undefined) return [];
    const content = composeContent(conversationId, facts, wanted, target.rules);
    return [
      {
        notificationTargetId: target.notificationTargetId,
        leadEventId: first.leadEventId,
        alsoTold: others.map(({ leadEventId }) => leadEventId),
        content,
        delivery: planDelivery(target, content.score?.tag === 'Hot', now),
      },
    ];
  });
}
