import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TellDeps, tellTeam } from '../../src/leads/telling/tell-team.ts';
import type { Pool } from '../../src/lib/db.ts';
import { newId } from '../../src/lib/ids.ts';
import { arrangeTenant, type Tenant } from '../support/arrange.ts';
import { arrangeConversation } from '../support/arrange-conversation.ts';
import { arrangeLead } from '../support/arrange-lead.ts';
import {
  arrangeLeadEvent,
  arrangeTarget,
  storedNotifications,
} from '../support/arrange-notifications.ts';
import { recordingLog } from '../support/recording-log.ts';
import { recordJobs } from '../support/serve-routes.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let app: Pool;
let tenant: Tenant;
let about: { userId: string; conversationId: string };

beforeAll(async () => {
  database = await createTestDatabase();
  app = database.pool('rapport_app');
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await arrangeTenant(database.owner);
  const conversationId = await arrangeConversation(database.owner, tenant, {
    authors: ['customer', 'ai', 'customer'],
  });
  about = { userId: tenant.userId, conversationId };
});

function team(more: Partial<TellDeps> = {}) {
  const { enqueue, jobs } = recordJobs();
  const { log, lines } = recordingLog();
  const deps: TellDeps = { app, newId, now: () => new Date(), enqueue, log, ...more };
  return { deps, jobs, lines };
}

const stored = () => storedNotifications(database.owner, tenant.userId);

const untold = async () =>
  (
    await database.owner.query(
      'select lead_event_id from lead_events where user_id = $1 and told_at is null',
      [tenant.userId],
    )
  ).rows;

describe('tellTeam', () => {
  it('plans one message for each target whose rules match, and sends it at once', async () => {
    const hot = await arrangeTarget(database.owner, tenant.userId);
    await arrangeTarget(database.owner, tenant.userId, { rules: [{ on: 'booking' }] });
    await arrangeTarget(database.owner, tenant.userId, { isActive: false });
    const leadEventId = await arrangeLeadEvent(database.owner, about);
    const { deps, jobs, lines } = team();

    await tellTeam(deps, [about]);

    const planned = await stored();
    expect(lines).toEqual([]);
    expect(planned).toMatchObject([
      {
        notification_target_id: hot,
        lead_event_id: leadEventId,
        kind: 'event',
        status: 'pending',
        content: { because: 'Turned Hot, was Warm', whyNow: ['text 3', 'text 1'] },
      },
    ]);
    expect(jobs).toEqual([
      {
        name: 'notifications.send',
        payload: {
          items: [{ userId: tenant.userId, notificationId: planned[0]?.notification_id }],
        },
      },
    ]);
    expect(await untold()).toEqual([]);
  });

  it('says what was read of the lead, its newest reading', async () => {
    await arrangeTarget(database.owner, tenant.userId);
    const { conversationId } = about;
    const old = { conversationId, isLatest: false, name: 'Somebody', totalScore: 6 };
    await arrangeLead(database.owner, tenant, old);
    await arrangeLead(database.owner, tenant, {
      conversationId,
      name: 'Ana Silva',
      company: 'Casa Verde',
      tag: 'Hot',
      totalScore: 13,
    });
    await arrangeLeadEvent(database.owner, about);

    await tellTeam(team().deps, [about]);

    expect((await stored())[0]?.content).toMatchObject({
      conversationId,
      who: { name: 'Ana Silva', company: 'Casa Verde', platform: 'whatsapp', agentName: 'Agent' },
      score: { tag: 'Hot', total: 13 },
    });
  });

  // Seen failing with `for update skip locked` and `told_at is null` taken out of takeEvents, and the unique index.
  it('plans once although many plan at the same time and again', async () => {
    await arrangeTarget(database.owner, tenant.userId);
    await arrangeLeadEvent(database.owner, about);

    await Promise.all(Array.from({ length: 6 }, () => tellTeam(team().deps, [about])));
    await tellTeam(team().deps, [about]);

    expect(await stored()).toHaveLength(1);
  });

  // Seen failing with takeEvents outside of the transaction.
  it('has planned nothing if the process dies while it plans', async () => {
    await arrangeTarget(database.owner, tenant.userId);
    await arrangeTarget(database.owner, tenant.userId);
    await arrangeLeadEvent(database.owner, about);
    let ids = 0;
    const dying = team({
      newId: (prefix) => {
        ids += 1;
        if (ids === 2) throw new Error('the process died');
        return newId(prefix);
      },
    });

    await tellTeam(dying.deps, [about]);
    const afterDeath = { planned: await stored(), untold: await untold() };
    await tellTeam(team().deps, [about]);

    expect(afterDeath).toMatchObject({ planned: [], untold: [expect.anything()] });
    expect(await stored()).toHaveLength(2);
    expect(dying.lines).toMatchObject([{ level: 'error' }]);
  });

  it('tells a target of two events of the same moment in one message, what has to be done first', async () => {
    await arrangeTarget(database.owner, tenant.userId, {
      rules: [{ on: 'tag', tags: ['Hot'] }, { on: 'handover' }],
    });
    await arrangeTarget(database.owner, tenant.userId);
    const turned = await arrangeLeadEvent(database.owner, about);
    const handed = await arrangeLeadEvent(database.owner, about, {
      kind: 'handover',
      details: { reason: 'asked_for_a_person' },
    });
    const { deps } = team();

    await tellTeam(deps, [about]);
    await tellTeam(deps, [about]);

    expect(await stored()).toMatchObject([
      {
        lead_event_id: handed,
        also_told: [turned],
        content: { because: 'Asked for a person · Turned Hot, was Warm' },
      },
      { lead_event_id: turned, also_told: [], content: { because: 'Turned Hot, was Warm' } },
    ]);
  });

  it('leaves an event that waits for a fresh reading until its time', async () => {
    await arrangeTarget(database.owner, tenant.userId, { rules: [{ on: 'handover' }] });
    await arrangeLeadEvent(database.owner, about, { kind: 'handover', dueInSeconds: 60 });

    await tellTeam(team().deps, [about]);

    expect(await stored()).toEqual([]);
    expect(await untold()).toHaveLength(1);
  });

  it('keeps what is due in quiet hours until their end', async () => {
    await arrangeTarget(database.owner, tenant.userId, {
      quietHours: { timeZone: 'Europe/Lisbon', ranges: [{ from: '22:00', to: '07:00' }] },
    });
    await arrangeLeadEvent(database.owner, about);
    const { deps, jobs } = team({ now: () => new Date('2036-01-15T23:30:00Z') });

    await tellTeam(deps, [about]);

    expect(await stored()).toMatchObject([
      { status: 'pending', next_attempt_at: new Date('2036-01-16T07:00:00Z') },
    ]);
    expect(jobs).toEqual([]);
  });

  it('plans the other conversations although one cannot be planned, and tells nobody of another tenant’s', async () => {
    const other = await arrangeTenant(database.owner);
    const theirs = {
      userId: other.userId,
      conversationId: await arrangeConversation(database.owner, other),
    };
    await arrangeTarget(database.owner, other.userId);
    await arrangeTarget(database.owner, tenant.userId);
    await arrangeLeadEvent(database.owner, about);
    await arrangeLeadEvent(database.owner, theirs);
    const broken = { userId: 'no tenant!', conversationId: 'cnv_x' };
    const crossed = { userId: other.userId, conversationId: about.conversationId };

    await tellTeam(team().deps, [broken, crossed, theirs]);
    const own = await stored();
    await tellTeam(team().deps, [about]);

    expect(own).toEqual([]);
    expect(await storedNotifications(database.owner, other.userId)).toHaveLength(1);
    expect(await stored()).toHaveLength(1);
  });

  it('counts an event as told when nobody wants to hear of it', async () => {
    await arrangeLeadEvent(database.owner, about);

    await tellTeam(team().deps, [about]);

    expect(await stored()).toEqual([]);
    expect(await untold()).toEqual([]);
  });
});
