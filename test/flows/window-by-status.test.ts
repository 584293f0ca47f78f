import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { envelope, statusesValue, statusUpdate } from '../../simulators/meta/payloads.ts';
import type { SentCall } from '../../simulators/meta/sent.ts';
import { webhookJson } from '../../simulators/meta/sign.ts';
import type { Tenant } from '../support/arrange.ts';
import { onlyReply } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.start('all');
});
afterAll(() => stage.close());

const template = { templateName: 'come_back', templateLanguage: 'pt_BR' };

function sends(tenant: Tenant): SentCall[] {
  const { accountId: phoneNumberId } = tenant;
  return stage.simulators.sent({ phoneNumberId, kind: 'message', outcome: 'all' });
}

/** Graph takes the next send and fails it later, because the window had closed. */
function failsByStatus(tenant: Tenant): void {
  const { accountId: phoneNumberId } = tenant;
  const fault = { phoneNumberId, action: 'statuses', statuses: 'failed', code: 131_047 };
  stage.simulators.addFault('whatsapp', fault);
}

const deliveryOf = (tenant: Tenant, status: string) =>
  eventually(`the reply is ${status}`, async () => {
    const { rows } = await stage.owner.query(
      'select status from message_delivery_status where user_id = $1',
      [tenant.userId],
    );
    return rows[0]?.status === status;
  });

describe('a reply window that a status says has closed', () => {
  // Seen failing with `windowRefused` doing nothing.
  it('gets the template of the agent in place of the text, once', async () => {
    const tenant = await stage.tenant({ settings: template });
    failsByStatus(tenant);

    await stage.write(tenant, stage.customer(), 'a day ago');
    await deliveryOf(tenant, 'read');

    expect(sends(tenant).map(({ body }) => body['type'])).toEqual(['text', 'template']);
    expect(await onlyReply(stage, tenant)).toMatchObject({
      content: { sentTemplate: 'come_back' },
      deliveryStatus: 'read',
      errorCode: null,
    });
    const { rows } = await stage.owner.query('select kind from lead_events where user_id = $1', [
      tenant.userId,
    ]);
    expect(rows).toEqual([]);
  });

  // Seen failing with the look at delivery_events taken out of storeStatuses: failed, and sent a third time.
  it('is told again in vain', async () => {
    const tenant = await stage.tenant({ settings: template });
    failsByStatus(tenant);
    await stage.write(tenant, stage.customer(), 'a day ago');
    await deliveryOf(tenant, 'read');
    const [first] = sends(tenant);

    await stage.owner.query(
      `update message_delivery_status set status = 'sent' where user_id = $1`,
      [tenant.userId],
    );
    const told = statusUpdate({
      messageId: first?.id ?? '',
      status: 'failed',
      at: new Date(),
      reference: first?.reference ?? '',
      error: { code: 131_047, title: 'Re-engagement message', details: 'too late' },
    });
    const body = envelope([statusesValue({ phoneNumberId: tenant.accountId }, [told])]);
    await stage.simulators.customerWrites({ rawText: webhookJson(body) });

    expect(await onlyReply(stage, tenant)).toMatchObject({ deliveryStatus: 'sent' });
    expect(sends(tenant)).toHaveLength(2);
  });

  it('fails the message when the agent has no template', async () => {
    const tenant = await stage.tenant();
    failsByStatus(tenant);

    await stage.write(tenant, stage.customer(), 'a day ago');
    await deliveryOf(tenant, 'failed');

    expect(sends(tenant)).toHaveLength(1);
    expect(await onlyReply(stage, tenant)).toMatchObject({ errorCode: 131_047 });
  });
});
