import { costOfLead } from '../../src/analytics/lead-costs.ts';
import { leadTimelineRoutes } from '../../src/analytics/lead-timeline-routes.ts';
import { leadRoutes } from '../../src/leads/lead-routes.ts';
import { newId } from '../../src/lib/ids.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { Tenant } from '../support/arrange.ts';
import { type Client, clientOf, keyOf, recordJobs, serveRoutes } from '../support/serve-routes.ts';
import type { TestDatabase } from '../support/test-database.ts';

/** The routes of leads, asked with a key of the tenant's, and the jobs that they asked for. */
export async function serveLeads(
  database: TestDatabase,
  tenant: Tenant,
): Promise<Client & Pick<ReturnType<typeof recordJobs>, 'jobs'>> {
  const app = database.pool('rapport_app');
  const { enqueue, jobs } = recordJobs();
  const routes = [
    ...leadRoutes({
      app,
      newId,
      now: () => new Date('2026-11-21T12:00:00Z'),
      enqueue,
      log: silentLog,
      publishLook: () => {},
      costOfLead,
    }),
    ...leadTimelineRoutes({ app }),
  ];
  const server = serveRoutes(database.pool('rapport_admin'), routes);
  return { ...clientOf(server, await keyOf(database.owner, tenant.userId)), jobs };
}
