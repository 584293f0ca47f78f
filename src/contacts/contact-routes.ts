import { z } from 'zod';
import type { Pool } from '../lib/db.ts';
import { Id, Name, Text } from '../lib/http/fields.ts';
import { pageFields, pageSchema, readCursor, toPage } from '../lib/http/page.ts';
import { Nothing, type Route, tenantRoute } from '../lib/http/route.ts';
import { asTenant } from '../lib/tenant.ts';
import { Contact, ContactWithConversations } from './contact.ts';
import { type EraseDeps, eraseContact } from './erase-contact.ts';
import { getContact, listContacts } from './read-contacts.ts';
import { renameContact } from './rename-contact.ts';

export type ContactRouteDeps = EraseDeps & {
  app: Pool;
  publishLook: () => void;
  /** Files are owed to be deleted: says where to look. Never rejects. */
  filesOwed: (userId: string) => Promise<void>;
};

const tag = 'Contacts';
const path = '/contacts/:contactId';
const params = z.object({ contactId: Id });
const notFound = { status: 404, code: 'contact.not_found', when: 'there is no such contact' };

/** The people who write to a tenant: to find, to name and to erase. */
export function contactRoutes(deps: ContactRouteDeps): Route[] {
  return [...readRoutes(deps.app), renameRoute(deps), eraseRoute(deps)];
}

function readRoutes(app: Pool): Route[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/contacts',
      tag,
      summary:
        'List contacts, newest first; by a part of their name or address, or by a whole address',
      status: 200,
      query: z.strictObject({
        ...pageFields,
        search: Text({ min: 1, max: 255 }).optional(),
        address: Text({ min: 1, max: 255 }).optional(),
      }),
      answer: pageSchema(Contact),
      handle: async ({ userId, query: { limit, cursor, ...filter } }) => {
        const before = readCursor(cursor, z.tuple([Id]))?.[0];
        const found = await asTenant(app, userId, (tx) =>
          listContacts(tx, { userId, limit: limit + 1, before, filter }),
        );
        return toPage(found, limit, ({ contactId }) => [contactId]);
      },
    }),
    tenantRoute({
      method: 'get',
      path,
      tag,
      summary: 'Show a contact, with the ids of their conversations',
      status: 200,
      params,
      answer: ContactWithConversations,
      problems: [notFound],
      handle: ({ userId, params: { contactId } }) =>
        asTenant(app, userId, (tx) => getContact(tx, { userId, contactId })),
    }),
  ];
}

function renameRoute({ app, publishLook }: ContactRouteDeps): Route {
  return tenantRoute({
    method: 'patch',
    path,
    tag,
    summary: 'Name a contact; with null, as their channel does',
    status: 200,
    params,
    body: z.strictObject({ name: Name().nullable() }),
    answer: ContactWithConversations,
    problems: [notFound],
    handle: async ({ userId, params: { contactId }, body: { name } }) => {
      const renamed = await asTenant(app, userId, (tx) =>
        renameContact(tx, { userId, contactId }, name),
      );
      publishLook();
      return renamed;
    },
  });
}

function eraseRoute(deps: ContactRouteDeps): Route {
  return tenantRoute({
    method: 'delete',
    path,
    tag,
    summary:
      'Erase a person: who they are, all that was said, and their files. There is no way back',
    status: 204,
    params,
    answer: Nothing,
    problems: [notFound],
    handle: async ({ userId, params: { contactId } }) => {
      await eraseContact(deps, { userId, contactId });
      deps.publishLook();
      await deps.filesOwed(userId);
    },
  });
}
