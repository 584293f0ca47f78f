import type { Pool } from '../../src/lib/db.ts';
import type { Booker } from '../../src/meetings/booking/booking-deps.ts';
import { arrangeTenant, type Tenant } from './arrange.ts';
import { arrangeBookings, type BookingsOptions } from './arrange-bookings.ts';
import { arrangeConversation } from './arrange-conversation.ts';

/** A business whose agent takes bookings. */
export async function arrangeBusiness(owner: Pool, options: BookingsOptions = {}): Promise<Tenant> {
  const tenant = await arrangeTenant(owner);
  await arrangeBookings(owner, tenant, options);
  return tenant;
}

/** A customer of a business's, in a conversation of their own. */
export async function arrangeBooker(owner: Pool, tenant: Tenant): Promise<Booker> {
  const conversationId = await arrangeConversation(owner, tenant);
  const { rows } = await owner.query(
    'select contact_id from conversations where conversation_id = $1',
    [conversationId],
  );
  return { userId: tenant.userId, conversationId, contactId: rows[0].contact_id };
}
