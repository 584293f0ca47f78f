import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Tenant } from '../support/arrange.ts';
import {
  arrangeTarget,
  type StoredNotification,
  storedNotifications,
} from '../support/arrange-notifications.ts';
import { askApi } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let processes: RapportProcess[];

beforeAll(async () => {
  stage = await openStage({ env: { EXTRACTION_IDLE_MS: '300' } });
  processes = [await stage.start('server'), await stage.start('worker')];
});
afterAll(() => stage.close());

const hotWords =
  'We want to buy 100 oak tables this week, the budget of 40,000 euros is approved. They must be exactly what you make: can you deliver them to Lisbon by Friday?';

/** A business whose sales team is told in every way there is. */
async function arrangeTeam() {
  const tenant = await stage.tenant();
  const { userId } = tenant;
  const hook = (kind: string) => `${stage.simulators.inboxUrl}/${kind}/${userId}/a-secret-part`;
  const secret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;
  const rules = [{ on: 'tag', tags: ['Hot'] }, { on: 'handover' }];
  const email = `${userId}@example.com`;
  const arrange = (kind: 'email' | 'slack' | 'teams' | 'webhook', address: string) =>
    arrangeTarget(stage.owner, userId, { kind, address, rules, secret });
  await arrange('email', email);
  await arrange('slack', hook('slack'));
  await arrange('teams', hook('teams'));
  await arrange('webhook', hook('webhook'));
  const posts = () => stage.simulators.inbox().filter(({ path }) => path.includes(userId));
  const mails = () => stage.simulators.mails().filter(({ to }) => to.includes(email));
  return { tenant, secret, posts, mails };
}

function toldOf(tenant: Tenant, count: number): Promise<StoredNotification[]> {
  return eventually(`${count} notifications sent`, async () => {
    const told = await storedNotifications(stage.owner, tenant.userId);
    return told.filter(({ status }) => status === 'sent').length >= count ? told : undefined;
  });
}

describe('a lead that turns Hot', () => {
  it('is told to every target once, with its own words and two buttons', async () => {
    const { tenant, secret, posts, mails } = await arrangeTeam();
    const customer = stage.customer();
    await stage.write(tenant, customer, hotWords);

    const told = await toldOf(tenant, 4);
    await stage.write(tenant, customer, 'Thank you, that is all for today.');
    await eventually('what was said since is read too', async () => {
      const { rowCount } = await stage.owner.query(
        'select from extractions where user_id = $1 and extracted_through > 2',
        [tenant.userId],
      );
      return (rowCount ?? 0) > 0;
    });

    expect(told).toHaveLength(4);
    expect(await storedNotifications(stage.owner, tenant.userId)).toHaveLength(4);
    expect(
      posts()
        .map(({ kind, outcome }) => `${kind} ${outcome}`)
        .sort(),
    ).toEqual(['slack accepted', 'teams accepted', 'webhook accepted']);
    const [mail, anotherMail] = mails();
    expect(anotherMail).toBeUndefined();
    for (const said of [mail?.text, ...posts().map(({ raw }) => raw)]) {
      expect(said).toContain('Turned Hot');
      expect(said).toContain('100 oak tables');
      expect(said).toMatch(/\/n\/[\w-]{32}\?do=takeover/);
    }
    for (const logged of processes.map((process) => process.output())) {
      expect(logged).not.toMatch(/a-secret-part|whsec_|oak tables/);
    }
    const webhook = posts().find(({ kind }) => kind === 'webhook');
    const headers = Object.fromEntries(
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
        name,
        String(webhook?.headers[name]),
      ]),
    );
    expect(new Webhook(secret).verify(webhook?.raw ?? '', headers)).toEqual(webhook?.body);
    expect(told.map(({ notification_id: id }) => id)).toContain(headers['webhook-id']);
  });

  it('and who asks for a person at the same time are one message', async () => {
    const { tenant, posts } = await arrangeTeam();
    await stage.write(tenant, stage.customer(), `${hotWords} Please let me talk to a human.`);

    const told = await toldOf(tenant, 4);

    expect(told).toHaveLength(4);
    expect(posts()).toHaveLength(3);
    for (const { content } of told) expect(content?.because).toMatch(/^Asked for .* · Turned Hot/);
  });
});

describe('a person who is told on WhatsApp', () => {
  it('gets a template, and it is known how far it came', async () => {
    const tenant = await stage.tenant();
    const phone = stage.customer();
    await arrangeTarget(stage.owner, tenant.userId, {
      kind: 'whatsapp',
      address: `+${phone}`,
      rules: [{ on: 'handover' }],
      options: { templateName: 'new_lead', templateLanguage: 'en_US' },
    });

    await stage.write(tenant, stage.customer(), 'Can I talk to a human, please?');

    await eventually('it was read', async () => {
      const [told] = await storedNotifications(stage.owner, tenant.userId);
      return told?.status === 'read';
    });
    const sent = stage.simulators.sent().filter(({ to }) => to === phone);
    expect(sent).toMatchObject([{ type: 'template' }]);
    expect(JSON.stringify(sent)).toContain('Asked for a person');
  });
});

describe('the test button', () => {
  it('shows what becomes of a message, and of one that is refused', async () => {
    const tenant = await stage.tenant();
    const { userId } = tenant;
    const address = `${stage.simulators.inboxUrl}/slack/${userId}/a-secret-part`;
    const id = await arrangeTarget(stage.owner, userId, { address });
    const path = `notification-targets/${id}/test`;

    const sent = await askApi(stage, tenant, path, { method: 'POST', body: {} });
    stage.simulators.addFault('inbox', {
      action: 'error',
      status: 404,
      text: 'no_service',
      path: userId,
    });
    const refused = await askApi(stage, tenant, path, { method: 'POST', body: {} });

    expect(sent).toMatchObject({ kind: 'test', status: 'sent' });
    expect(refused).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('no_service'),
    });
  });
});
