import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { Route } from '../../src/lib/http/route.ts';
import { newId } from '../../src/lib/ids.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeBookings } from '../support/arrange-bookings.ts';
import { arrangeConversation, storedConversation } from '../support/arrange-conversation.ts';
import { arrangeGoogleConnection } from '../support/arrange-google-connection.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import { arrangeMeeting } from '../support/arrange-meeting.ts';
import { arrangeNotification, arrangeTarget } from '../support/arrange-notifications.ts';
import { type Client, clientOf, keyOf, testAdminKey } from '../support/serve-routes.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

const token = 'EAA-secret-of-the-tenant';
const secret = 'whsec_c2VjcmV0IG9mIHRoZSB0ZW5hbnQ';
const hookPath = 'services/T0/B0/secret-part';

/** A request that each route takes which has a body. A route that is added must have one here. */
const bodies: Record<string, object> = {
  'post /users': { email: 'new@example.com' },
  'patch /users/:userId': { companyName: 'Casa Verde' },
  'post /api-keys': { name: 'shop' },
  'post /prompts': { instructions: 'Be kind.' },
  'post /prompts/:promptId/versions': { instructions: 'Be kinder.' },
  'patch /agents/:agentId': { name: 'Eva' },
  'post /phone-numbers': { metaPhoneNumberId: '10055501', accessToken: token },
  'patch /phone-numbers/:phoneNumberId': { accessToken: token },
  'patch /contacts/:contactId': { name: 'Ana' },
  'post /conversations/:conversationId/messages': { text: 'Hello.' },
  // Any file will do.
  'post /attachments': { is: 'a file' },
  'post /users/:userId/credits/top-ups': { credits: 5 },
  'post /notification-targets': { kind: 'slack', address: `https://hooks.slack.com/${hookPath}` },
  'patch /notification-targets/:notificationTargetId': { name: 'Sales' },
  'patch /leads/:conversationId': { name: 'Ana' },
  'patch /agents/:agentId/business-profile': { businessName: 'Casa Verde' },
  'post /bookable-people': { name: 'Rui' },
  'patch /bookable-people/:personId': { name: 'Rita' },
  'patch /meetings/:meetingId': { title: 'Visit' },
  'post /meetings/:meetingId/reschedule': {
    meetingTime: new Date(Date.now() + 48 * 3_600_000).toISOString(),
  },
  'post /models': { modelId: 'new-model', provider: 'openai', name: 'New' },
};

let api: TestApp;
let ids: Record<string, string>;
let tenant: Client;
let admin: Client;
let freeNumberId: string;

beforeAll(async () => {
  api = await createTestApp();
  const { owner } = api.database;
  const arranged = await arrangeTenant(owner);
  const key = await keyOf(owner, arranged.userId);
  tenant = clientOf(api.app, key);
  admin = clientOf(api.app, testAdminKey);
  await arrangeGoogleConnection(owner, arranged.userId);
  const { body: number } = await tenant
    .post('/api/v1/phone-numbers')
    .send({ metaPhoneNumberId: '10055500', accessToken: token });
  const { body: second } = await tenant.post('/api/v1/api-keys').send({ name: 'second' });
  freeNumberId = number.id;
  ids = {
    ...arranged,
    version: '1',
    apiKeyId: second.apiKeyId,
    conversationId: await arrangeConversation(owner, arranged, { authors: ['customer', 'ai'] }),
    modelId: 'gpt-5.2',
  };
  const { userId } = arranged;
  const targetId = await arrangeTarget(owner, userId, { kind: 'webhook', secret });
  ids['notificationTargetId'] = targetId;
  ids['notificationId'] = await arrangeNotification(owner, { userId, targetId });
  const [personId = ''] = await arrangeBookings(owner, arranged);
  ids['personId'] = personId;
  const { meetingId } = await arrangeMeeting(owner, arranged, ids['conversationId'] ?? '');
  ids['meetingId'] = meetingId;
  await arrangeLead(owner, arranged, { conversationId: ids['conversationId'] ?? '' });
  // Somebody of their own: they are erased on the way.
  const { contact_id } = await storedConversation(
    owner,
    await arrangeConversation(owner, arranged),
  );
  ids['contactId'] = String(contact_id);
  ids['noticeId'] = newId('ntc');
  await owner.query(
    `insert into notices (notice_id, user_id, kind, dedupe_key, text) values ($1, $2, 'k', 'd', 't')`,
    [ids['noticeId'], arranged.userId],
  );
});
afterAll(() => api.close());

describe('every route', () => {
  // Seen failing with the columns and the schema of phone numbers naming the token.
  it('does for its own tenant what it declares, and shows no secret', async () => {
    const answers = new Map<string, Response>();
    for (const route of api.routes) answers.set(nameOf(route), await ask(route));

    expect([...answers].map(([name, { status }]) => [name, status])).toEqual(
      api.routes.map((route) => [nameOf(route), route.status]),
    );
    // What is shown once is shown by these two and by nothing else.
    const showing = [...answers].filter(([, { text }]) => text.includes('"rk_'));
    expect(showing.map(([name]) => name)).toEqual(['post /users', 'post /api-keys']);
    for (const [name, { text }] of answers) {
      expect([name, /access_?token|sha256|v[12]:/i.test(text)]).toEqual([name, false]);
      for (const hidden of [token, secret, 'secret-part', 'open_token', 'openToken']) {
        expect([name, hidden, text.includes(hidden)]).toEqual([name, hidden, false]);
      }
    }
  });
});

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function ask(route: Route): Promise<Response> {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`give this test an id for ${name} of ${route.path}`);
    return id;
  });
  const client = route.audience === 'admin' ? admin : tenant;
  const asked = client[route.method](`/api/v1${path}`).set('Idempotency-Key', 'own');
  const body =
    nameOf(route) === 'post /agents'
      ? { phoneNumberId: freeNumberId, promptId: ids['promptId'], name: 'Ada' }
      : bodies[nameOf(route)];
  return body === undefined ? asked : asked.send(body);
}
