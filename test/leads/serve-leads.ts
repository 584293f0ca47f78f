import { costOfLead } from '../../src/analytics/lead-costs.ts';
import { leadTimelineRoutes } from '../../src/analytics/lead-timeline-routes.ts';
import { leadRoutes } from '../../src/leads/lead-routes.ts';
import type { Tenant } from '../support/arrange.ts';
import { type Client, clientOf, keyOf, serveRoutes } from '../support/serve-routes.ts';
import type { TestDatabase } from '../support/test-database.ts';

/** The routes of leads, asked with a key of the tenant's. */
export async function serveLeads(database: TestDatabase, tenant: Tenant): Promise<Client> {
  const app = database.pool('rapport_app');
  const routes = [
    ...leadRoutes({ app, now: () => new Date('2026-11-21T12:00:00Z'), costOfLead }),
    ...leadTimelineRoutes({ app }),
  ];
  const server = serveRoutes(database.pool('rapport_admin'), routes);
  return clientOf(server, await keyOf(database.owner, tenant.userId));
}
