import { z } from 'zod';
import type { ConversationRef } from '../conversations/conversation.ts';
import type { Db, Pool } from '../lib/db.ts';
import { Id, Moment, QueryFlag, Text } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { type Route, tenantFileRoute, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { Extraction, Lead } from './lead.ts';
import { leadsAsCsv } from './lead-csv.ts';
import { ExtractionKeys, getLead, listExtractions, markLead } from './lead-history.ts';
import {
  keysOfLead,
  type LeadFilter,
  LeadKeys,
  type LeadSort,
  leadSorts,
  listLeads,
} from './list-leads.ts';
import { LeadChange, type SetByHandDeps, setByHand } from './set-by-hand.ts';

/** What one lead has cost so far. */
export const LeadCost = z.object({
  /** Of the models whose price is known, in US dollars. */
  modelUsd: z.number(),
  /** Used of models whose price nobody knows. */
  unknownTokens: z.number().int(),
  credits: z.number().int(),
});
export type LeadCost = z.infer<typeof LeadCost>;

export type LeadRouteDeps = SetByHandDeps & {
  /** Reads what a lead has cost; costs are counted by a part that leads do not know. */
  costOfLead: (tx: Db, ref: ConversationRef) => Promise<LeadCost>;
};

const tag = 'Leads';
const path = '/leads/:conversationId';
const params = z.object({ conversationId: Id });
const notFound = { status: 404, code: 'lead.not_found', when: 'there is no such lead' };
const LeadWithCost = Lead.extend({ cost: LeadCost });

const filterFields = {
  tag: z.enum(['Hot', 'Warm', 'Cold']).optional(),
  channel: z.string().min(1).max(20).optional(),
  agentId: Id.optional(),
  from: Moment.optional().meta({ description: 'Read as a lead at or after this time' }),
  to: Moment.optional().meta({ description: 'Read as a lead before this time' }),
  isRead: QueryFlag.optional(),
  q: Text({ max: 200 })
    .optional()
    .meta({ description: 'Found in names, companies, numbers, e-mail addresses or messages' }),
  sort: z.enum(leadSorts).default('score'),
};

/** Leads: a list to work through, one with all that is known of it, and the list as a file. */
export function leadRoutes(deps: LeadRouteDeps): Route[] {
  return [...listRoutes(deps.app), ...readRoutes(deps), ...writeRoutes(deps)];
}

function listRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/leads',
      tag,
      summary: 'List leads, the best first or the newest first; search them',
      status: 200,
      query: z.strictObject({ ...pageFields, ...filterFields }),
      answer: pageSchema(Lead),
      handle: async ({ userId, query: { limit, cursor, sort, ...filter } }) => {
        const before = readCursor(cursor, LeadKeys);
        const found = await asTenant(app, userId, (tx) =>
          listLeads(tx, { userId, sort, limit: limit + 1, before, filter }),
        );
        return toPage(found, limit, keysOfLead);
      },
    }),
    tenantFileRoute({
      method: 'get',
      path: '/leads/export.csv',
      tag,
      summary: 'All leads of a list as CSV, for a spreadsheet',
      file: { contentType: 'text/csv; charset=utf-8', name: 'leads.csv' },
      query: z.strictObject(filterFields),
      handle: ({ userId, query: { sort, ...filter } }) =>
        leadsAsCsv(allLeads(app, { userId, sort, filter })),
    }),
  ];
}

const leadsAtOnce = 500;

/** Every lead of a list, page by page: no transaction is open while somebody takes the last page slowly. */
async function* allLeads(
  app: Pool,
  wanted: { userId: string; sort: LeadSort; filter: LeadFilter },
): AsyncGenerator<Lead[]> {
  let before: LeadKeys | undefined;
  do {
    const from = before;
    const page = await asTenant(app, wanted.userId, (tx) =>
      listLeads(tx, { ...wanted, limit: leadsAtOnce, before: from }),
    );
    yield page;
    const last = page.length === leadsAtOnce ? page.at(-1) : undefined;
    before = last === undefined ? undefined : keysOfLead(last);
  } while (before !== undefined);
}

function readRoutes({ app, costOfLead }: LeadRouteDeps): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'Show a lead, and what it has cost',
      status: 200,
      params,
      answer: LeadWithCost,
      problems: [notFound],
      handle: ({ userId, params: { conversationId } }) =>
        asTenant(app, userId, async (tx) => {
          const lead = await getLead(tx, { userId, conversationId });
          return { ...lead, cost: await costOfLead(tx, { userId, conversationId }) };
        }),
    }),
    tenantRoute({
      method: 'get',
      path: `${path}/history`,
      tag,
      summary: 'List all extractions of a lead, newest first: what changed, and who says so',
      status: 200,
      params,
      query: z.strictObject(pageFields),
      answer: pageSchema(Extraction),
      problems: [notFound],
      handle: async ({ userId, params: { conversationId }, query: { limit, cursor } }) => {
        const before = readCursor(cursor, ExtractionKeys);
        const ref = { userId, conversationId };
        const found = await asTenant(app, userId, async (tx) => {
          await getLead(tx, ref);
          return await listExtractions(tx, { ...ref, limit: limit + 1, before });
        });
        return toPage(found, limit, ({ extractedUs, extractionId }) => [extractedUs, extractionId]);
      },
    }),
  ];
}

function writeRoutes(deps: LeadRouteDeps): Route[] {
  const mark = (word: 'read' | 'unread', summary: string): Route =>
    tenantRoute({
      method: 'post',
      path: `${path}/${word}`,
      tag,
      summary,
      status: 200,
      params,
      answer: Lead,
      problems: [notFound],
      handle: ({ userId, params: { conversationId } }) =>
        asTenant(deps.app, userId, (tx) =>
          markLead(tx, { userId, conversationId, isRead: word === 'read', now: deps.now() }),
        ),
    });
  return [
    tenantRoute({
      method: 'patch',
      path,
      tag,
      summary:
        'Set values by hand, which stay whatever is read later: an empty text for none, null to take your word back',
      status: 200,
      params,
      body: LeadChange,
      answer: Lead,
      problems: [notFound],
      handle: ({ userId, params: { conversationId }, body }) =>
        setByHand(deps, { userId, conversationId }, body),
    }),
    mark('read', 'Say that you have looked at a lead'),
    mark('unread', 'Put a lead back among those to look at'),
  ];
}
