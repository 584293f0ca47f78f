import type { SimulatorSettings } from '../settings.ts';
import type { StatusOrder } from './faults.ts';
import type { StatusName } from './payloads.ts';

/** A status and how long after the send it comes. */
export type PlannedStatus = { status: StatusName; afterMs: number };

/** Which statuses follow a send, and when. `failed` stands alone: a message that failed was never sent. */
export function planStatuses(
  settings: SimulatorSettings,
  order: StatusOrder | undefined,
): PlannedStatus[] {
  if (order === 'none' || !settings.statuses) return [];
  if (order === 'failed') return [{ status: 'failed', afterMs: settings.sentAfterMs }];
  const plan: PlannedStatus[] = [
    { status: 'sent', afterMs: settings.sentAfterMs },
    { status: 'delivered', afterMs: settings.deliveredAfterMs },
  ];
  if (settings.readAfterMs !== null) plan.push({ status: 'read', afterMs: settings.readAfterMs });
  if (order === 'duplicated') return plan.flatMap((one) => [one, { ...one }]);
  return order === 'reversed' ? reversed(plan) : plan;
}

function reversed(plan: PlannedStatus[]): PlannedStatus[] {
  const names = plan.map(({ status }) => status).reverse();
  return plan.map(({ status, afterMs }, index) => ({ status: names[index] ?? status, afterMs }));
}
