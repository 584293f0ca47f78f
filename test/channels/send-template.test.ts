import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Channel, OutboundMessage, SendOutcome } from '../../src/channels/channel.ts';
import { createSendTemplate } from '../../src/channels/send-template.ts';
import type { TemplateToSend } from '../../src/notifications/notifiers/whatsapp-notifier.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { scriptedChannel } from '../support/scripted-channel.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/test-vault.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
});

type Sent = { account: object; to: string; message: OutboundMessage; reference: string };

function sender(outcome: SendOutcome | Error) {
  const steps: (string | Sent)[] = [];
  const channel: Channel = {
    ...scriptedChannel(),
    send: async (account, to, message, reference) => {
      steps.push({ account, to, message, reference });
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
  const sendTemplate = createSendTemplate({
    app: database.pool('rapport_app'),
    vault: testVault,
    channelFor: () => channel,
  });
  const send = (more: Partial<TemplateToSend> = {}) =>
    sendTemplate(
      {
        userId: tenant.userId,
        phoneNumberId: undefined,
        to: '+351912345678',
        name: 'new_lead',
        language: 'pt_PT',
        parameters: ['Ana'],
        reference: 'ntf_1',
        ...more,
      },
      async () => {
        steps.push('handing over');
      },
    );
  return { send, steps };
}

const accepted: SendOutcome = { outcome: 'accepted', providerMessageId: 'wamid.1' };

describe('createSendTemplate', () => {
  it('sends from a number of the tenant’s, with our id, once it is handed over', async () => {
    const { send, steps } = sender(accepted);

    expect(await send()).toEqual(accepted);

    expect(steps).toEqual([
      'handing over',
      {
        account: { accountId: tenant.accountId, accessToken: 'token' },
        to: '351912345678',
        message: { kind: 'template', name: 'new_lead', language: 'pt_PT', parameters: ['Ana'] },
        reference: 'ntf_1',
      },
    ]);
  });

  it('sends from the number that is named, and from no other tenant’s', async () => {
    const other = await arrangeTenant(database.owner);
    const own = sender(accepted);
    const theirs = sender(accepted);

    await own.send({ phoneNumberId: tenant.phoneNumberId });
    const refused = await theirs.send({ phoneNumberId: other.phoneNumberId });

    expect(own.steps).toHaveLength(2);
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(theirs.steps).toEqual([]);
  });

  it('sends nothing when it may not be handed over', async () => {
    // Its channel throws when it is called.
    const refusing = createSendTemplate({
      app: database.pool('rapport_app'),
      vault: testVault,
      channelFor: () => scriptedChannel(),
    });

    const sent = refusing(
      {
        userId: tenant.userId,
        phoneNumberId: undefined,
        to: '+351912345678',
        name: 'new_lead',
        language: 'pt_PT',
        parameters: [],
        reference: 'ntf_1',
      },
      () => Promise.reject(new Error('lost')),
    );

    await expect(sent).rejects.toThrow('lost');
  });

  it('does not know what became of a call that throws, and repeats no token', async () => {
    expect(await sender(new Error('a bug')).send()).toMatchObject({ outcome: 'unknown' });
    await database.owner.query('update phone_numbers set access_token = $2 where id = $1', [
      tenant.phoneNumberId,
      testVault.encrypt('EAA-a-long-token', tenant.phoneNumberId),
    ]);
    const said = { code: 190, text: 'Malformed access token EAA-a-long-token' };

    const refused = await sender({ outcome: 'refused', scope: 'account', error: said }).send();

    expect(refused).toEqual({
      outcome: 'refused',
      error: { code: 190, text: 'Malformed access token [token]' },
    });
  });
});
