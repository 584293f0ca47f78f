import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeSignals } from '../../src/realtime/signal-wire.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { openVisitor } from '../support/webchat-visitor.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.start('all');
});
afterAll(() => stage.close());

describe('pieces of an answer from another process', () => {
  // Seen failing with `isLate` taken out: the answer that is there begins to be written again.
  it('are not shown when the answer itself has come before them', async () => {
    const tenant = await stage.tenant({ platform: 'webchat', settings: { quietMs: 0 } });
    const visitor = await openVisitor(stage, tenant);
    const events = await visitor.events(0);
    await visitor.write('do you deliver to Faro');
    await events.until((seen) => seen.some(({ data }) => Object(data)['sequenceNo'] === 2));
    const hear = (seenThrough: number, text: string) => {
      const { conversationId } = visitor;
      const payload = { conversationId, turnId: 'trn_1', seenThrough, text, offset: 0 };
      const transients = [{ userId: tenant.userId, kind: 'delta', payload } as const];
      const packets = encodeSignals('another', { look: false, transients }, 7_999);
      return stage.owner.query(`select pg_notify('rapport_realtime', $1)`, packets);
    };

    await hear(1, 'late');
    await hear(2, 'of the next');

    const heard = await events.until((seen) =>
      seen.some(({ data }) => Object(data)['text'] === 'of the next'),
    );
    expect(heard.map(({ data }) => Object(data)['text'])).not.toContain('late');
    events.close();
  });
});
