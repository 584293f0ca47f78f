import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pngSquare } from '../../simulators/meta/sample-files.ts';
import { newId } from '../../src/lib/ids.ts';
import { mediaKey } from '../../src/media/media-keys.ts';
import type { Tenant } from '../support/arrange.ts';
import { contactOf, countRows, erase } from '../support/erase-on-stage.ts';
import { eventually } from '../support/eventually.ts';
import { reached, untilNothingIsOwed } from '../support/expect-settled.ts';
import { instagramStage } from '../support/instagram-stage.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { filesIn, rowsWith } from '../support/rows-with.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { openVisitor } from '../support/webchat-visitor.ts';

let stage: Stage;
let worker: RapportProcess;
let dataDir: string;
let tenant: Tenant;
let customer: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rapport-erasure-'));
  stage = await openStage({ env: { DATA_DIR: dataDir, EXTRACTION_IDLE_MS: '60000' } });
  [worker] = await Promise.all([stage.start('worker'), stage.start('server')]);
});
afterAll(async () => {
  await stage.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  tenant = await stage.tenant();
  customer = stage.customer();
});

const media = () => join(dataDir, 'media');

async function eraseCustomer(of = tenant, address = customer): Promise<void> {
  expect(await erase(stage, of, await contactOf(stage, of, address))).toBe(204);
}

/** Nothing of a person is stored, and nothing that was under way waits or has brought them back. */
async function expectGone(of = tenant, address = customer): Promise<void> {
  expect(await rowsWith(stage.owner, [address])).toEqual([]);
  for (const table of ['contacts', 'conversations', 'messages', 'lead_events', 'delivery_events']) {
    expect([table, await countRows(stage, of, table)]).toEqual([table, 0]);
  }
}

/** The same person writes again: a new contact, who is answered. */
async function expectAnsweredAnew(): Promise<void> {
  await nextSecond();
  await stage.write(tenant, customer, 'are you still there?');
  await eventually('the new message is answered', () =>
    reached(stage, tenant, customer).some(({ text }) => text?.includes('are you still there?')),
  );
  await untilNothingIsOwed(stage, tenant, 20_000, 1);
  expect(await countRows(stage, tenant, 'messages')).toBe(2);
}

/** Providers tell whole seconds: what is written in the second of the erasure may be taken for either side of it. */
function nextSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_050));
}

describe('a person who is erased', () => {
  it('while the model works on an answer is not answered, and nothing is charged', async () => {
    stage.simulators.addFault('openai', { action: 'delay', delayMs: 1_500, matching: 'my secret' });
    await stage.write(tenant, customer, 'my secret');
    await eventually('the model works', () =>
      stage.simulators.modelRequests().some((one) => JSON.stringify(one).includes('my secret')),
    );

    await eraseCustomer();

    await nextSecond();
    await nextSecond();
    await expectGone();
    expect(reached(stage, tenant)).toEqual([]);
    await expectAnsweredAnew();
  });

  it('while an answer is being sent does not come back with its statuses', async () => {
    const slow = { phoneNumberId: tenant.accountId, action: 'delay', delayMs: 1_200 };
    stage.simulators.addFault('whatsapp', slow);
    await stage.write(tenant, customer, 'send it slowly');
    await eventually('it is being sent', async () => {
      const found = await stage.owner.query(
        'select from message_delivery_status where user_id = $1 and attempts = 1',
        [tenant.userId],
      );
      return found.rowCount === 1;
    });

    await eraseCustomer();

    await eventually('it was sent', () => reached(stage, tenant).length === 1);
    await eventually('its statuses have come', () =>
      stage.owner
        .query('select from delivery_events where user_id = $1', [tenant.userId])
        .then(({ rowCount }) => (rowCount ?? 0) === 3),
    );
    // They name a message that nobody knows, and go with the others of that kind.
    await stage.owner.query('delete from delivery_events where user_id = $1', [tenant.userId]);
    await expectGone();
    await expectAnsweredAnew();
  });

  // Seen failing with isOfErased taken out of planEvent: the echo was stored as a person's message to a new contact.
  it('while Instagram sends an answer does not come back with its echo', async () => {
    const instagram = instagramStage(stage);
    const account = await instagram.tenant();
    const follower = instagram.customer();
    const slow = { accountId: account.accountId, action: 'delay', delayMs: 1_200 };
    stage.simulators.addFault('instagram', slow);
    await instagram.write(account, follower, 'a slow answer');
    await eventually('it is being sent', async () => {
      const found = await stage.owner.query(
        'select from message_delivery_status where user_id = $1 and attempts = 1',
        [account.userId],
      );
      return found.rowCount === 1;
    });

    await eraseCustomer(account, follower);

    await eventually('it was sent', () => instagram.reached(account).length === 1);
    await nextSecond();
    await stage.owner.query('delete from delivery_events where user_id = $1', [account.userId]);
    await expectGone(account, follower);
  });

  // Seen failing with the deletion taken out of fetchAttachments.
  it('while a file of theirs is fetched leaves no file', async () => {
    stage.simulators.addFault('whatsapp', { target: 'media', action: 'delay', delayMs: 1_200 });
    const base64 = pngSquare(7).toString('base64');
    await stage.write(tenant, customer, 'a picture', { type: 'image', media: { base64 } });
    await eventually('it is being fetched', async () => {
      const found = await stage.owner.query(
        'select from attachments where user_id = $1 and attempts = 1',
        [tenant.userId],
      );
      return found.rowCount === 1;
    });

    await eraseCustomer();

    await nextSecond();
    await nextSecond();
    expect(await filesIn(media())).toEqual([]);
    await expectGone();
  });

  // Seen failing with the ids of erased conversations left in nextConversationId, and with streams left open.
  it('from the web chat begins another conversation with the token they have', async () => {
    const site = await stage.tenant({ platform: 'webchat' });
    const visitor = await openVisitor(stage, site);
    await visitor.write('before');
    await eventually('the answer is there', async () => (await visitor.messages()).length === 2);
    const { rows } = await stage.owner.query(
      'select address from contact_identities where user_id = $1',
      [site.userId],
    );
    const stream = await visitor.events();

    await eraseCustomer(site, rows[0].address);

    await stream.ended;
    expect(await visitor.messages()).toEqual([]);
    const again = await openVisitor(stage, site, { more: { token: visitor.token } });
    const written = await visitor.write('after');
    expect(written).toMatchObject({ status: 201, body: { text: 'after', sequenceNo: 1 } });
    expect(again.conversationId).not.toBe(visitor.conversationId);
    expect(written.body['conversationId']).toBe(again.conversationId);
    await eventually('the answer is there', async () => (await visitor.messages()).length === 2);
    expect(await countRows(stage, site, 'credit_transactions')).toBe(3);
  });
});

describe('files of erased people', () => {
  // Seen failing with what is owed forgotten before its file is deleted.
  it('go, though the process that deletes them is killed in the middle', async () => {
    await stage.write(tenant, customer, 'many files');
    await untilNothingIsOwed(stage, tenant, 20_000);
    await arrangeFiles(300);
    const isSomeGone = async () => (await filesIn(media())).length < 600;

    await eraseCustomer();
    await eventually('some are gone', isSomeGone, { everyMs: 1 });
    await worker.kill();
    const left = (await filesIn(media())).length;
    worker = await stage.start('worker');

    await eventually('all are gone', async () => (await filesIn(media())).length === 0);
    await eventually(
      'nothing is owed',
      async () => (await countRows(stage, tenant, 'media_deletions')) === 0,
    );
    expect(left).toBeGreaterThan(0);
  });
});

/** Files of the customer's message, as if they had been fetched. */
async function arrangeFiles(count: number): Promise<void> {
  const { userId } = tenant;
  for (let position = 0; position < count; position += 1) {
    const attachmentId = newId('att');
    const storageKey = mediaKey({ userId, attachmentId });
    const path = join(media(), storageKey);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, 'a file');
    await writeFile(`${path}.type`, 'text/plain');
    await stage.owner.query(
      `insert into attachments
         (attachment_id, user_id, message_id, position, kind, status, storage_key, next_attempt_at)
       select $1, $2::text, message_id, $3, 'document', 'stored', $4, null
         from messages where user_id = $2 and author = 'customer'`,
      [attachmentId, userId, position, storageKey],
    );
  }
}
