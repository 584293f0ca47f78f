import { z } from 'zod';
import { type Db, maybeRow } from '../lib/db.ts';
import { Name, Text } from '../lib/http/fields.ts';
import { InvalidRequest, NotFound } from '../lib/http/http-errors.ts';

const Weight = z.number().positive().max(100);
const Threshold = z.number().int().min(5).max(15);

const weights = z.strictObject({
  intent: Weight,
  urgency: Weight,
  budget: Weight,
  fit: Weight,
  engagement: Weight,
});
const thresholds = z.strictObject({ hotFrom: Threshold, warmFrom: Threshold });

/** How a tenant wants its leads to be judged. */
export const LeadSettings = z.object({
  /** How much each grade counts beside the others. */
  weights: z.object(weights.shape),
  /** From which total (5 to 15) a lead is Hot, and from which it is Warm; below it is Cold. */
  thresholds: z.object(thresholds.shape),
  /** Whom the tenant wants as a customer, in its own words; empty when it never said. */
  idealCustomer: z.string(),
  /** The model that reads its conversations; null: the installation's. */
  model: z.string().nullable(),
});
export type LeadSettings = z.infer<typeof LeadSettings>;

/** What a tenant may change, each by itself; null takes its own word back. */
export const LeadSettingsChange = z.strictObject({
  weights: weights.partial().nullable().optional(),
  thresholds: thresholds.partial().nullable().optional(),
  idealCustomer: Text({ max: 5_000 }).trim().nullable().optional(),
  model: Name(100).nullable().optional(),
});
export type LeadSettingsChange = z.infer<typeof LeadSettingsChange>;

/** How leads are judged for a tenant that never said anything. */
export const defaultLeadSettings: LeadSettings = {
  weights: { intent: 1, urgency: 1, budget: 1, fit: 1, engagement: 1 },
  thresholds: { hotFrom: 12, warmFrom: 8 },
  idealCustomer: '',
  model: null,
};

/** How a tenant wants its leads to be judged. Throws NotFound. */
export async function readLeadSettings(tx: Db, userId: string): Promise<LeadSettings> {
  const row = await maybeRow(tx, StoredRow, `${selectStored} where user_id = $1`, [userId]);
  if (row === undefined) throw new NotFound('user');
  return effective(parseStored(row.stored));
}

/** Changes what is given and answers all of it. Throws NotFound; InvalidRequest when Warm would not come before Hot. */
export async function changeLeadSettings(
  tx: Db,
  userId: string,
  change: LeadSettingsChange,
): Promise<LeadSettings> {
  const locked = `${selectStored} where user_id = $1 for update`;
  const row = await maybeRow(tx, StoredRow, locked, [userId]);
  if (row === undefined) throw new NotFound('user');
  const changed = merged(parseStored(row.stored), change);
  const settings = effective(changed);
  requireOrder(settings);
  await tx.query(
    `update users set settings = jsonb_set(settings, '{leads}', $2::jsonb) where user_id = $1`,
    [userId, JSON.stringify(changed)],
  );
  return settings;
}

const selectStored = `select settings -> 'leads' as stored from users`;
const StoredRow = z.object({ stored: z.unknown() });

/** What was stored and does not parse any more counts as not set. */
function parseStored(stored: unknown): LeadSettingsChange {
  const read = LeadSettingsChange.safeParse(stored ?? {});
  return read.success ? read.data : {};
}

function merged(stored: LeadSettingsChange, change: LeadSettingsChange): LeadSettingsChange {
  const both = { ...stored, ...change };
  if (change.weights) both.weights = { ...stored.weights, ...change.weights };
  if (change.thresholds) both.thresholds = { ...stored.thresholds, ...change.thresholds };
  return both;
}

function effective(set: LeadSettingsChange): LeadSettings {
  return LeadSettings.parse({
    weights: { ...defaultLeadSettings.weights, ...set.weights },
    thresholds: { ...defaultLeadSettings.thresholds, ...set.thresholds },
    idealCustomer: set.idealCustomer ?? defaultLeadSettings.idealCustomer,
    model: set.model ?? defaultLeadSettings.model,
  });
}

function requireOrder({ thresholds: { hotFrom, warmFrom } }: LeadSettings): void {
  if (warmFrom < hotFrom) return;
  throw new InvalidRequest([
    {
      in: 'body',
      field: 'thresholds.warmFrom',
      message: `must be below hotFrom, which is ${hotFrom}`,
    },
  ]);
}
