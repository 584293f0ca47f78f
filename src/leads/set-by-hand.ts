import { z } from 'zod';
import { type HintDeps, hint } from '../jobs/hint.ts';
import { type Db, maybeRow, type Pool } from '../lib/db.ts';
import { Text } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import { type HandSetValues, SetByHand } from './complete-lead.ts';
import { readFactsOfLead } from './extraction/facts-of-lead.ts';
import { recordEvents } from './extraction/record-events.ts';
import type { Lead } from './lead.ts';
import { getLead } from './lead-history.ts';
import { readLeadSettings } from './lead-settings.ts';
import {
  type LatestLead,
  type LeadRef,
  lockLead,
  nothingUnderstood,
  storeLead,
} from './store-lead.ts';

export type SetByHandDeps = HintDeps & {
  app: Pool;
  newId: NewId;
  now: () => Date;
  publishLook: () => void;
};

const Grade = z.literal([1, 2, 3]);
const word = (max: number) => Text({ max }).trim().nullable().optional();

/**
 * What a person says of a lead. A value stays whatever is read later; an empty text says that there is none; null takes
 * the person's word back, and what was understood shows again.
 */
export const LeadChange = z.strictObject({
  name: word(255),
  email: z
    .union([z.literal(''), z.email().max(255)])
    .nullable()
    .optional(),
  phone: word(50),
  company: word(255),
  intent: word(2_000),
  notes: word(10_000),
  intentScore: Grade.nullable().optional(),
  urgencyScore: Grade.nullable().optional(),
  budgetScore: Grade.nullable().optional(),
  fitScore: Grade.nullable().optional(),
  engagementScore: Grade.nullable().optional(),
  leadStatusTag: z.enum(['Hot', 'Warm', 'Cold']).nullable().optional(),
  demoBookDatetime: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text).toISOString())
    .nullable()
    .optional(),
} satisfies Record<keyof HandSetValues, z.ZodType>);
export type LeadChange = z.infer<typeof LeadChange>;

/** Lays a person's word over a lead, as its next row; also over one that nobody has read yet. Throws NotFound. */
export async function setByHand(
  deps: SetByHandDeps,
  ref: LeadRef,
  change: LeadChange,
): Promise<Lead> {
  const { lead, isChanged } = await asTenant(deps.app, ref.userId, async (tx) => {
    const changed = await storeWord(tx, deps, { ref, change });
    return { lead: await getLead(tx, ref), isChanged: changed };
  });
  if (isChanged) {
    deps.publishLook();
    await hint(deps, 'leads.tell', [ref]);
  }
  return lead;
}

async function storeWord(
  tx: Db,
  deps: SetByHandDeps,
  { ref, change }: { ref: LeadRef; change: LeadChange },
): Promise<boolean> {
  const latest = await lockLead(tx, ref);
  const before = latest?.setByHand ?? {};
  const words = withChange(before, change, deps.now());
  if (JSON.stringify(words) === JSON.stringify(before)) return false;
  const extractionId = deps.newId('ext');
  const stored = await storeLead(
    tx,
    {
      ...ref,
      ...(latest ?? (await unreadLead(tx, ref))),
      extractionId,
      source: 'person',
      setByHand: words,
      scoring: await readLeadSettings(tx, ref.userId),
      costUsd: null,
    },
    latest,
  );
  await recordEvents(tx, deps.newId, { ...ref, extractionId, ...stored, newTexts: [] });
  return true;
}

/** The same word again is not said anew. */
function withChange(before: SetByHand, change: LeadChange, now: Date): SetByHand {
  const words = new Map<string, unknown>(Object.entries(before));
  for (const [field, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (value === null) words.delete(field);
    else if (wordOf(words.get(field)) !== value) {
      words.set(field, { value, setAt: now.toISOString() });
    }
  }
  return SetByHand.parse(Object.fromEntries(words));
}

function wordOf(entry: unknown): unknown {
  return z.object({ value: z.unknown() }).safeParse(entry).data?.value;
}

const ContactRow = z.object({ name: z.string().nullable(), phone: z.string().nullable() });

/** Before anything was read: what the channel says of the customer. */
async function unreadLead(
  tx: Db,
  ref: LeadRef,
): Promise<
  Pick<LatestLead, 'understood' | 'facts' | 'extractedThrough' | 'promptVersion' | 'model'>
> {
  const contact = await maybeRow(
    tx,
    ContactRow,
    `select o.name, (select '+' || i.address from contact_identities i
                      where i.user_id = $1 and i.contact_id = c.contact_id and i.kind = 'phone'
                      order by i.created_at desc limit 1) as phone
       from conversations c
       join contacts o on o.contact_id = c.contact_id and o.user_id = c.user_id
      where c.user_id = $1 and c.conversation_id = $2`,
    [ref.userId, ref.conversationId],
  );
  if (contact === undefined) throw new NotFound('lead');
  return {
    understood: nothingUnderstood(contact),
    facts: await readFactsOfLead(tx, ref),
    extractedThrough: 0,
    promptVersion: null,
    model: null,
  };
}
