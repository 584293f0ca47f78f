import { z } from 'zod';
import { Id, Name, Timestamp } from '../../lib/http/fields.ts';
import { notifierKinds } from '../notifier.ts';
import { templateFields } from '../notifiers/render-whatsapp.ts';
import { Digest } from './digest.ts';
import { Escalation } from './escalation.ts';
import { QuietHours } from './quiet-hours.ts';
import { Rule } from './rules.ts';

/** What a kind needs besides its address; today only a WhatsApp message, which has to be a template. */
export const TargetOptions = z.strictObject({
  phoneNumberId: Id.optional().meta({ description: 'Which phone number sends it' }),
  templateName: Name(512).optional(),
  templateLanguage: Name(20).optional(),
  parameters: z
    .array(z.enum(templateFields))
    .max(10)
    .optional()
    .meta({ description: 'What {{1}}, {{2}}, … of the template say' }),
});

/** What may be said of a target when it is made and later. */
export const targetFields = {
  name: Name().nullable().optional(),
  rules: z.array(Rule).max(50).optional().meta({
    description: 'What it hears of. None: only what is escalated to it',
  }),
  quietHours: QuietHours.nullable().optional(),
  digest: Digest.nullable().optional(),
  escalation: Escalation.nullable().optional(),
  options: TargetOptions.optional(),
};

/** Where a tenant's people are told of leads, without its secrets. */
export const NotificationTarget = z.object({
  notificationTargetId: z.string(),
  kind: z.enum(notifierKinds),
  name: z.string().nullable(),
  address: z.string().meta({ description: 'As it may be shown' }),
  rules: z.array(Rule),
  quietHours: QuietHours.nullable(),
  digest: Digest.nullable(),
  escalation: Escalation.nullable(),
  options: z.object(TargetOptions.shape),
  isActive: z.boolean(),
  createdAt: Timestamp,
});
export type NotificationTarget = z.infer<typeof NotificationTarget>;

/** The columns of a target `t`, as NotificationTarget names them. */
export const targetColumns = `t.notification_target_id as "notificationTargetId", t.kind, t.name,
  t.address_shown as address, t.rules, t.quiet_hours as "quietHours", t.digest, t.escalation,
  t.options, t.is_active as "isActive", t.created_at as "createdAt"`;
