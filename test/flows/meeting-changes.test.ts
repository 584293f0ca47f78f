import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arrangeMeeting, storedMeeting } from '../support/arrange-meeting.ts';
import {
  type Business,
  connectBusiness,
  inHours,
  type Written,
  writeIntoGoogle,
} from '../support/change-stage.ts';
import { eventually } from '../support/eventually.ts';
import { holdRow } from '../support/hold-row.ts';
import type { RapportProcess } from '../support/rapport-process.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let running: RapportProcess;

beforeAll(async () => {
  stage = await openStage();
  running = await stage.start('all');
});
afterAll(() => stage.close());

type Customer = { business: Business; meeting: Written; phone: string };

/** A customer who has written, and has a meeting that is in the business's calendar, which is watched. */
async function customerWithMeeting(business?: Business): Promise<Customer> {
  const connected =
    business ?? (await connectBusiness(stage.owner, stage.simulators, await stage.tenant()));
  const phone = stage.customer();
  await stage.write(connected.tenant, phone, 'Good morning');
  await eventually('the customer is answered', () => textsTo(phone).length > 0);
  const { rows } = await stage.owner.query(
    'select conversation_id as id from conversations where user_id = $1 and customer_phone = $2',
    [connected.tenant.userId, phone],
  );
  const stored = await arrangeMeeting(stage.owner, connected.tenant, rows[0].id, {
    meetingTime: inHours(48),
    customerEmail: 'ana@example.org',
    googleCalendarId: connected.email,
  });
  const meeting = await writeIntoGoogle(stage.owner, stage.simulators, connected, stored);
  await isWatched(connected);
  return { business: connected, meeting, phone };
}

function textsTo(phone: string): string[] {
  return stage.simulators
    .sent({ to: phone })
    .filter(({ body }) => body['type'] === 'text')
    .map(({ body }) => JSON.stringify(body));
}

function isWatched({ tenant }: Business): Promise<string> {
  return eventually('the calendar is watched and read', async () => {
    const { rows } = await stage.owner.query(
      `select channel_id as id from google_calendar_syncs
        where user_id = $1 and channel_id is not null and sync_token is not null
          and lease_id is null and look_at > now()`,
      [tenant.userId],
    );
    return rows[0]?.id;
  });
}

function moveTo({ meeting }: Customer, hours: number): void {
  const [start, end] = [inHours(hours), inHours(hours + 0.5)];
  stage.simulators.googlePersonActs({ kind: 'move', eventId: meeting.eventId, start, end });
}

/** What the customer was told of the meeting so far, once nothing is owed any more. */
async function toldOf({ meeting }: Customer): Promise<string[]> {
  return eventually('nothing is left to be told', async () => {
    const { rows } = await stage.owner.query(
      `select kind, outcome, settled_at from meeting_messages
        where meeting_id = $1 and kind <> 'reminder' order by created_at`,
      [meeting.meetingId],
    );
    if (rows.length === 0 || rows.some(({ settled_at }) => settled_at === null)) return undefined;
    return rows.map(({ kind }) => String(kind));
  });
}

function untilStored({ meeting }: Customer, wanted: Record<string, unknown>): Promise<true> {
  return eventually(`the meeting is ${JSON.stringify(wanted)}`, async () => {
    const stored = await storedMeeting(stage.owner, meeting.meetingId);
    return Object.entries(wanted).every(([name, value]) =>
      value instanceof Date ? Number(stored[name]) === value.getTime() : stored[name] === value,
    )
      ? true
      : undefined;
  });
}

async function timePasses({ tenant }: Business): Promise<void> {
  await stage.owner.query(
    'update google_calendar_syncs set look_at = now(), lease_until = null where user_id = $1',
    [tenant.userId],
  );
}

describe('what people do in Google’s calendar', () => {
  it('comes back: the customer of a meeting that was moved is told once, on their channel', async () => {
    const customer = await customerWithMeeting();
    const before = textsTo(customer.phone).length;

    moveTo(customer, 72);

    await untilStored(customer, { meeting_time: inHours(72), status: 'scheduled' });
    expect(await toldOf(customer)).toEqual(['moved']);
    await eventually('it is sent', () => textsTo(customer.phone).length === before + 1);
    await timePasses(customer.business);
    await isWatched(customer.business);
    expect(textsTo(customer.phone)).toHaveLength(before + 1);
  });

  it('comes back: called off, and declined by the customer', async () => {
    const called = await customerWithMeeting();
    const declined = await customerWithMeeting(called.business);
    const { eventId } = declined.meeting;

    stage.simulators.googlePersonActs({ kind: 'cancel', eventId: called.meeting.eventId });
    const who = { email: 'ana@example.org', response: 'declined' };
    stage.simulators.googlePersonActs({ kind: 'respond', eventId, ...who });

    await untilStored(called, { status: 'cancelled', changed_by: 'business' });
    await untilStored(declined, { status: 'cancelled', changed_by: 'customer' });
    expect(await toldOf(called)).toEqual(['cancelled']);
    expect(await toldOf(declined)).toEqual(['declined']);
  });

  it('is found by the look from time to time when Google’s word was lost', async () => {
    const customer = await customerWithMeeting();
    await stage.owner.query(
      `update google_calendar_syncs set channel_id = 'another' || channel_id where user_id = $1`,
      [customer.business.tenant.userId],
    );
    moveTo(customer, 76);
    await timePasses(customer.business);

    await untilStored(customer, { meeting_time: inHours(76) });
    expect(await toldOf(customer)).toEqual(['moved']);
  });

  it('is told once, however often and late Google says it', async () => {
    const customer = await customerWithMeeting();
    const channelId = await isWatched(customer.business);
    const channel = stage.simulators.googleChannels().find(({ id }) => id === channelId);
    const says = () =>
      fetch(channel?.address ?? '', {
        method: 'POST',
        headers: {
          'X-Goog-Channel-ID': channelId,
          'X-Goog-Channel-Token': channel?.token ?? '',
          'X-Goog-Resource-State': 'exists',
        },
      });

    moveTo(customer, 80);
    const answers = await Promise.all(Array.from({ length: 20 }, says));
    moveTo(customer, 81);
    await Promise.all(Array.from({ length: 20 }, says));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await untilStored(customer, { meeting_time: inHours(81) });
    await isWatched(customer.business);
    const { rows } = await stage.owner.query(
      `select about_time from meeting_messages
        where meeting_id = $1 and kind = 'moved' and about_time = $2`,
      [customer.meeting.meetingId, inHours(81)],
    );
    expect(rows).toHaveLength(1);
  });

  it('is told once when a process is killed in the middle of a page', async () => {
    const customer = await customerWithMeeting();
    const { business } = customer;
    const held = await holdRow(stage.owner, 'meetings', business.tenant);
    moveTo(customer, 90);
    await held.untilSomebodyWaits();

    await running.kill();
    await held.endWhoWaits();
    await held.release();
    running = await stage.start('all');
    await timePasses(business);

    await untilStored(customer, { meeting_time: inHours(90), version: 2 });
    expect(await toldOf(customer)).toEqual(['moved']);
  });

  it('is found when the token of the last look is too old', async () => {
    const customer = await customerWithMeeting();
    stage.simulators.invalidateGoogleSyncTokens();

    moveTo(customer, 94);

    await untilStored(customer, { meeting_time: inHours(94) });
    expect(await toldOf(customer)).toEqual(['moved']);
  });

  it('changes nothing of another business', async () => {
    const [one, other] = [await customerWithMeeting(), await customerWithMeeting()];

    moveTo(one, 98);

    await untilStored(one, { meeting_time: inHours(98) });
    expect(await storedMeeting(stage.owner, other.meeting.meetingId)).toMatchObject({ version: 1 });
  });
});
