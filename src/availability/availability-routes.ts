import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id } from '../lib/http/fields.ts';
import { NotFound } from '../lib/http/http-errors.ts';
import { PageQuery, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { Nothing, type Route, tenantRoute } from '../lib/http/route.ts';
import type { NewId } from '../lib/ids.ts';
import { asTenant } from '../lib/tenant.ts';
import {
  addPerson,
  BookablePerson,
  changePerson,
  listPeople,
  NewPerson,
  PersonChange,
  removePerson,
} from './bookable-people.ts';
import { BusinessProfile, changeProfile, ProfileChange, readProfile } from './business-profiles.ts';

export type AvailabilityRouteDeps = { app: Pool; newId: NewId };

const tag = 'Availability';
const ShownProfile = BusinessProfile.omit({ userId: true });
const ShownPerson = BookablePerson.omit({ userId: true });

/** When a business can be met, and who can be met there. */
export function availabilityRoutes(deps: AvailabilityRouteDeps): Route[] {
  return [...profileRoutes(deps), ...peopleRoutes(deps), ...personRoutes(deps)];
}

function profileRoutes({ app, newId }: AvailabilityRouteDeps): Route[] {
  const path = '/agents/:agentId/business-profile';
  const params = z.object({ agentId: Id });
  return [
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'Show when and how the business of an agent can be met',
      status: 200,
      params,
      answer: ShownProfile,
      problems: [
        {
          status: 404,
          code: 'business_profile.not_found',
          when: 'the agent has no profile, or there is no such agent',
        },
      ],
      handle: async ({ userId, params: { agentId } }) => {
        const found = await asTenant(app, userId, (tx) => readProfile(tx, { userId, agentId }));
        if (found === undefined) throw new NotFound('business_profile');
        return found;
      },
    }),
    tenantRoute({
      method: 'patch',
      path,
      tag,
      summary:
        'Make or change a profile: what is given replaces what was there, a first one needs its time zone and hours',
      status: 200,
      params,
      body: ProfileChange,
      answer: ShownProfile,
      problems: [{ status: 404, code: 'agent.not_found', when: 'there is no such agent' }],
      handle: ({ userId, params: { agentId }, body }) =>
        asTenant(app, userId, (tx) => changeProfile(tx, { newId }, { userId, agentId }, body)),
    }),
  ];
}

function peopleRoutes({ app, newId }: AvailabilityRouteDeps): Route[] {
  const path = '/bookable-people';
  return [
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'List who can be met, the first who was added first',
      status: 200,
      query: PageQuery,
      answer: pageSchema(ShownPerson),
      handle: async ({ userId, query: { limit, cursor } }) => {
        const after = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listPeople(tx, userId, { limit: limit + 1, after }),
        );
        return toPage(found, limit, ({ personId }) => [personId]);
      },
    }),
    tenantRoute({
      method: 'post',
      path,
      tag,
      summary: 'Add somebody who can be met',
      status: 201,
      body: NewPerson,
      answer: ShownPerson,
      handle: ({ userId, body }) =>
        asTenant(app, userId, (tx) => addPerson(tx, { newId }, userId, body)),
    }),
  ];
}

function personRoutes({ app }: AvailabilityRouteDeps): Route[] {
  const path = '/bookable-people/:personId';
  const params = z.object({ personId: Id });
  const problems = [{ status: 404, code: 'person.not_found', when: 'there is no such person' }];
  return [
    tenantRoute({
      method: 'patch',
      path,
      tag,
      summary: 'Change somebody who can be met',
      status: 200,
      params,
      body: PersonChange,
      answer: ShownPerson,
      problems,
      handle: ({ userId, params: { personId }, body }) =>
        asTenant(app, userId, (tx) => changePerson(tx, { userId, personId }, body)),
    }),
    tenantRoute({
      method: 'delete',
      path,
      tag,
      summary: 'Remove somebody; one who ever had a meeting stays in the list, inactive',
      status: 204,
      params,
      answer: Nothing,
      problems,
      handle: ({ userId, params: { personId } }) =>
        asTenant(app, userId, (tx) => removePerson(tx, { userId, personId })),
    }),
  ];
}
