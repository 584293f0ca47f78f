import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Moment } from '../lib/http/fields.ts';
import { InvalidRequest } from '../lib/http/http-errors.ts';
import { type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { CostCounts, type CostGroup, costGroupings, countCosts } from './lead-costs.ts';

export type CostRouteDeps = { app: Pool; now: () => Date };

const dayMs = 24 * 60 * 60 * 1_000;
const longestPeriodDays = 366;
const groupsShown = 500;

/** What each of something cost: null when there was none. */
const Each = z.object({
  lead: z.number().nullable(),
  hotLead: z.number().nullable(),
  booking: z.number().nullable(),
});

const Costs = CostCounts.extend({ modelUsdPer: Each, creditsPer: Each });

const CostReport = z.object({
  from: z.string(),
  to: z.string(),
  by: z.enum(costGroupings),
  total: Costs,
  /** Those with the most conversations; the total has all. */
  groups: z.array(Costs.extend({ key: z.string().nullable(), name: z.string().nullable() })),
});

/** What leads cost. */
export function costRoutes({ app, now }: CostRouteDeps): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/costs/leads',
      tag: 'Costs',
      summary:
        'Cost per lead, hot lead and booking of the conversations that began in a period (the last 30 days), by agent, channel or ad',
      status: 200,
      query: z.strictObject({
        from: Moment.optional(),
        to: Moment.optional(),
        by: z.enum(costGroupings).default('agent'),
      }),
      answer: CostReport,
      handle: async ({ userId, query: { from, to, by } }) => {
        const period = periodOf({ from, to, now: now() });
        const groups = await asTenant(app, userId, (tx) =>
          countCosts(tx, { userId, ...period, by }),
        );
        return {
          from: period.from.toISOString(),
          to: period.to.toISOString(),
          by,
          total: withEach(totalOf(groups)),
          groups: groups
            .slice(0, groupsShown)
            .map((group) => ({ ...withEach(group), key: group.key, name: group.name })),
        };
      },
    }),
  ];
}

function periodOf(given: { from: Date | undefined; to: Date | undefined; now: Date }): {
  from: Date;
  to: Date;
} {
  const to = given.to ?? given.now;
  const from = given.from ?? new Date(to.getTime() - 30 * dayMs);
  const days = (to.getTime() - from.getTime()) / dayMs;
  if (days > 0 && days <= longestPeriodDays) return { from, to };
  const message = `must be after from, by at most ${longestPeriodDays} days`;
  throw new InvalidRequest([{ in: 'query', field: 'to', message }]);
}

function totalOf(groups: CostGroup[]): CostCounts {
  const sum = (numberOf: (group: CostGroup) => number): number =>
    withoutDust(groups.reduce((total, group) => total + numberOf(group), 0));
  const purposes = new Set(groups.flatMap((group) => Object.keys(group.modelUsdByPurpose)));
  return {
    conversations: sum(({ conversations }) => conversations),
    leads: sum(({ leads }) => leads),
    hotLeads: sum(({ hotLeads }) => hotLeads),
    bookings: sum(({ bookings }) => bookings),
    modelUsd: sum(({ modelUsd }) => modelUsd),
    modelUsdByPurpose: Object.fromEntries(
      [...purposes].map((one) => [one, sum((group) => group.modelUsdByPurpose[one] ?? 0)]),
    ),
    unknownTokens: sum(({ unknownTokens }) => unknownTokens),
    credits: sum(({ credits }) => credits),
  };
}

/** Sums of fractions miss by a hair: 0.1 and 0.2 are 0.30000000000000004. */
function withoutDust(sum: number): number {
  return Number(sum.toFixed(9));
}

function withEach(counts: CostCounts): z.infer<typeof Costs> {
  const { leads, hotLeads, bookings, modelUsd, credits } = counts;
  return {
    ...counts,
    modelUsdPer: each(modelUsd, { leads, hotLeads, bookings }),
    creditsPer: each(credits, { leads, hotLeads, bookings }),
  };
}

function each(
  cost: number,
  of: { leads: number; hotLeads: number; bookings: number },
): z.infer<typeof Each> {
  const share = (count: number): number | null => (count === 0 ? null : cost / count);
  return { lead: share(of.leads), hotLead: share(of.hotLeads), booking: share(of.bookings) };
}
