import type { Pool } from '../lib/db.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import {
  changeLeadSettings,
  LeadSettings,
  LeadSettingsChange,
  readLeadSettings,
} from './lead-settings.ts';

const tag = 'Leads';
const path = '/lead-settings';

/** How a tenant's leads are judged. */
export function leadSettingsRoutes({ app }: { app: Pool }): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'Show how your leads are judged',
      status: 200,
      answer: LeadSettings,
      handle: ({ userId }) => asTenant(app, userId, (tx) => readLeadSettings(tx, userId)),
    }),
    tenantRoute({
      method: 'patch',
      path,
      tag,
      summary:
        'Change how leads are judged, from their next extraction on; null brings a default back',
      status: 200,
      body: LeadSettingsChange,
      answer: LeadSettings,
      handle: ({ userId, body }) =>
        asTenant(app, userId, (tx) => changeLeadSettings(tx, userId, body)),
    }),
  ];
}
