import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pngSquare } from '../../simulators/meta/sample-files.ts';
import { createSharpCleaner } from '../../src/media/intake/sharp-cleaner.ts';
import type { Tenant } from '../support/arrange.ts';
import { messagesOf } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { expectSettled, reached } from '../support/expect-settled.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let hanging: Tenant;
beforeAll(async () => {
  stage = await openStage();
  await stage.start('all');
  hanging = await startHanging();
});
afterAll(() => stage.close());

/** Its download is given up after 15 s and made again: it runs beside the other tests. */
async function startHanging(): Promise<Tenant> {
  const tenant = await stage.tenant();
  stage.simulators.addFault('whatsapp', { target: 'media', action: 'hang' });
  await stage.write(tenant, stage.customer(), 'take your time', picture(3));
  await eventually('the download hangs', async () => {
    const found = await stage.owner.query(
      'select from attachments where user_id = $1 and attempts = 1',
      [tenant.userId],
    );
    return found.rowCount === 1;
  });
  return tenant;
}

/** A picture that no other test sends. */
function picture(size: number): { type: string; media: { base64: string } } {
  return { type: 'image', media: { base64: pngSquare(size).toString('base64') } };
}

const cleanPicture = createSharpCleaner();

/** The picture as it is kept and shown, in base64. */
async function asKept({ media }: ReturnType<typeof picture>): Promise<string> {
  const clean = await cleanPicture(Buffer.from(media.base64, 'base64'), 'image/png');
  return Buffer.from(clean?.bytes ?? []).toString('base64');
}

/** What the model was given, as JSON, in the requests that have these words. */
function modelWasGiven(words: string): string[] {
  return stage.simulators
    .modelRequests()
    .map(({ body }) => JSON.stringify(body))
    .filter((body) => body.includes(words));
}

async function attachmentsOf(tenant: Tenant) {
  return (await messagesOf(stage, tenant)).flatMap(({ attachments }) => attachments);
}

function answers(tenant: Tenant): string[] {
  return reached(stage, tenant).map(({ text }) => text ?? '');
}

describe('an image', () => {
  // Seen failing with loadImages answering nothing.
  it('reaches the model as the image it is, with its caption, in one answer', async () => {
    const tenant = await stage.tenant();
    const image = picture(5);
    await stage.write(tenant, stage.customer(), 'do you have this one?', image);

    await expectSettled(stage, tenant);

    const [given = '', ...others] = modelWasGiven('do you have this one?');
    expect(others).toEqual([]);
    expect(given).toContain(`"image_url":"data:image/png;base64,${await asKept(image)}"`);
    expect(answers(tenant)).toEqual([expect.stringContaining('I see your picture.')]);
    expect(await attachmentsOf(tenant)).toMatchObject([
      { status: 'stored', mimeType: 'image/png' },
    ]);
  });
});

describe('a voice note', () => {
  // Seen failing with keepTranscript taken out (heard again in the second turn), and with `hear` taken out.
  it('is heard once, answered, and known in later turns', async () => {
    const tenant = await stage.tenant();
    const customer = stage.customer();
    const said = 'tomorrow at nine in the morning';
    const heardBefore = stage.simulators.counters.transcriptions;
    const voice = { type: 'audio', media: { transcript: said } };
    await stage.write(tenant, customer, said, voice);
    await expectSettled(stage, tenant);

    await stage.write(tenant, customer, 'or is ten better?');
    await expectSettled(stage, tenant);

    expect(stage.simulators.counters.transcriptions - heardBefore).toBe(1);
    const [given = ''] = modelWasGiven('or is ten better?');
    expect(given).toContain(said);
    expect(await attachmentsOf(tenant)).toMatchObject([
      { kind: 'audio', isVoiceNote: true, status: 'stored', transcript: said },
    ]);
  });

  // Seen failing with tryAgain taken out of `hear`: not heard.
  it('is heard although the model fails for a moment', async () => {
    const tenant = await stage.tenant();
    const fault = { target: 'transcriptions', action: 'error', status: 500, matching: 'a hiccup' };
    stage.simulators.addFault('openai', fault);
    const voice = { type: 'audio', media: { transcript: 'a hiccup' } };
    await stage.write(tenant, stage.customer(), 'a hiccup', voice);

    await expectSettled(stage, tenant);
  });

  // Seen failing with the catch taken out of `hear`: the turn dies until it is handed over.
  it('that cannot be heard is answered all the same', async () => {
    const tenant = await stage.tenant();
    const fault = { target: 'transcriptions', action: 'error', status: 400, matching: 'a mumble' };
    stage.simulators.addFault('openai', { ...fault, times: 100 });
    const voice = { type: 'audio', media: { transcript: 'a mumble' } };
    await stage.write(tenant, stage.customer(), 'a mumble', voice);

    await expectSettled(stage, tenant, { notRepeated: ['a mumble'] });

    expect(answers(tenant)).toEqual([
      expect.stringContaining('a voice message, which could not be heard'),
    ]);
  });
});

describe('an audio file', () => {
  // Seen failing with every audio file taken for a voice note.
  it('is heard too, and told from a voice note', async () => {
    const tenant = await stage.tenant();
    const media = { transcript: 'a song of the sea', voice: false };
    await stage.write(tenant, stage.customer(), 'a song of the sea', { type: 'audio', media });

    await expectSettled(stage, tenant);

    expect(answers(tenant)).toEqual([expect.stringContaining('sent an audio file')]);
  });
});

describe('a document', () => {
  // Seen failing with describeAttachment taken out of modelInput.
  it('is described to the model, which answers to it and to its caption', async () => {
    const tenant = await stage.tenant();
    const media = { filename: 'floor plan.pdf' };
    await stage.write(tenant, stage.customer(), 'my flat', { type: 'document', media });

    await expectSettled(stage, tenant, { notRepeated: ['my flat'] });

    expect(answers(tenant)).toEqual([
      expect.stringMatching(
        /"my flat\n\[The customer sent a document named "floor plan\.pdf" \(PDF/,
      ),
    ]);
    expect(await attachmentsOf(tenant)).toMatchObject([
      {
        kind: 'document',
        filename: 'floor plan.pdf',
        mimeType: 'application/pdf',
        status: 'stored',
      },
    ]);
  });
});

describe('a download that fails', () => {
  // Seen failing with prepareMedia not waiting for what is pending, and with the repeated attempt of
  // fetchOne taken out.
  it.each([
    ['Graph breaks', { action: 'error', code: 131_000 }, 7],
    ['the connection is lost', { action: 'drop_before_send' }, 9],
  ])('for a moment is made again, and the model sees the image: %s', async (name, fault, size) => {
    const tenant = await stage.tenant();
    const image = picture(size);
    stage.simulators.addFault('whatsapp', { target: 'media', ...fault });
    await stage.write(tenant, stage.customer(), name, image);

    await expectSettled(stage, tenant);

    expect(modelWasGiven(name)).toEqual([expect.stringContaining(await asKept(image))]);
  });

  // Seen failing with fetchOne making every attempt again: the answer waits 20 s.
  it('for good does not lose the message: its caption is answered', async () => {
    const tenant = await stage.tenant();
    const message = {
      image: { id: '9900770', mime_type: 'image/png', caption: 'have you seen this?' },
    };
    const startedAt = performance.now();
    await stage.write(tenant, stage.customer(), 'have you seen this?', { type: 'image', message });

    await expectSettled(stage, tenant, { notRepeated: ['have you seen this?'] });

    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(answers(tenant)).toEqual([
      expect.stringMatching(
        /have you seen this\?\n\[The customer sent an image that cannot be shown/,
      ),
    ]);
    expect(await attachmentsOf(tenant)).toMatchObject([{ status: 'failed' }]);
  });

  it('by never ending is given up and made again, and the message waits for it', async () => {
    await expectSettled(stage, hanging, { withinMs: 25_000 });

    expect(modelWasGiven('take your time')).toEqual([
      expect.stringContaining(await asKept(picture(3))),
    ]);
  }, 40_000);
});

describe('a file for people', () => {
  // Seen failing with media.fetch taken out of hintAt and attachments out of the sweep.
  it('is fetched early although the AI is silent', async () => {
    const tenant = await stage.tenant();
    const customer = stage.customer();
    await stage.write(tenant, customer, 'may I speak to a human?');
    await expectSettled(stage, tenant, { notRepeated: ['may I speak to a human?'] });

    await stage.write(tenant, customer, 'for your colleague', picture(11));

    const unanswered = ['may I speak to a human?', 'for your colleague'];
    await expectSettled(stage, tenant, { notRepeated: unanswered });
    expect(await attachmentsOf(tenant)).toMatchObject([{ kind: 'image', status: 'stored' }]);
    expect(reached(stage, tenant)).toHaveLength(1);
  });
});
