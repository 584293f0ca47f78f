import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import {
  type EmailNotifierOptions,
  emailNotifier,
} from '../../src/notifications/notifiers/email-notifier.ts';
import { hostileNotification, sampleNotification, sampleTarget } from './sample-notification.ts';

let simulators: RunningSimulators;
beforeEach(async () => {
  simulators = await startSimulators({ webhookUrl: 'http://127.0.0.1:1/', appSecret: 'secret' });
});
afterEach(() => simulators.close());

const target = sampleTarget('sales@example.com');
const allow = async () => {};

function notifier(options: Partial<EmailNotifierOptions> = {}) {
  return emailNotifier({
    smtpUrl: simulators.smtpUrl,
    mailFrom: 'rapport <rapport@example.org>',
    timeoutMs: 1_000,
    ...options,
  });
}

describe('emailNotifier', () => {
  it('sends a mail that can be read as text and as HTML', async () => {
    const outcome = await notifier().send(target, sampleNotification(), allow);

    const [mail] = simulators.mails();
    expect(outcome).toEqual({
      outcome: 'sent',
      providerMessageId: '<ntf_01kasample@example.org>',
    });
    expect(mail).toMatchObject({
      from: 'rapport@example.org',
      to: ['sales@example.com'],
      messageId: '<ntf_01kasample@example.org>',
      subject: 'Turned Hot: Ana Silva, Casa do Mar – 40 oak chairs before 12 December',
    });
    expect(mail?.headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      references: '<cnv_1@example.org>',
      date: 'Sat, 21 Nov 2026 10:00:00 +0000',
    });
    expect(mail?.text).toContain('5 h 20 min left to answer');
    expect(mail?.html).toContain('“We open on 12 December”');
  });

  it('writes the same bytes when the same is sent again', async () => {
    await notifier().send(target, sampleNotification(), allow);
    await notifier().send(target, sampleNotification(), allow);

    const [first, second] = simulators.mails();
    expect(second?.raw).toBe(first?.raw);
  });

  // Seen failing with the replacement of line breaks taken out of oneLine: the subject then goes on in two lines.
  it('lets no customer add a header or a recipient', async () => {
    const outcome = await notifier().send(target, hostileNotification(), allow);

    const [mail] = simulators.mails();
    expect(outcome.outcome).toBe('sent');
    expect(mail?.to).toEqual(['sales@example.com']);
    expect(Object.keys(mail?.headers ?? {}).sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'references',
      'subject',
      'to',
      'x-auto-response-suppress',
    ]);
    expect(mail?.subject).toContain('Eve Bcc: all@example.com');
    expect(mail?.html).not.toContain('<script');
  });

  it.each([
    'sales@example.com, all@example.com',
    'sales@example.com\r\nRCPT TO:<all@example.com>',
    'Sales <sales@example.com>',
    'nobody',
  ])('refuses %j as an address', async (address) => {
    const outcome = await notifier().send(sampleTarget(address), sampleNotification(), allow);

    expect(outcome).toEqual({ outcome: 'refused', error: 'the address is no e-mail address' });
    expect(simulators.mails()).toEqual([]);
  });

  it('says so where there is no mail server', async () => {
    const outcome = await notifier({ smtpUrl: undefined }).send(
      target,
      sampleNotification(),
      allow,
    );

    expect(outcome).toEqual({ outcome: 'refused', error: 'no mail server is set (SMTP_URL)' });
  });
});

describe('what became of a mail', () => {
  const before = { stage: 'to' } as const;

  it.each([
    [{ stage: 'connect', action: 'error', code: 554 }, 'retry'],
    [{ stage: 'connect', action: 'drop' }, 'retry'],
    [{ stage: 'connect', action: 'hang' }, 'retry'],
    [{ ...before, action: 'error', code: 451, text: '4.7.1 greylisted' }, 'retry'],
    [{ ...before, action: 'error', code: 550, text: '5.1.1 no such user' }, 'refused'],
    [{ stage: 'from', action: 'error', code: 553 }, 'refused'],
    [{ stage: 'from', action: 'error', code: 530 }, 'retry'],
    [{ ...before, action: 'drop' }, 'retry'],
    [{ ...before, action: 'hang' }, 'retry'],
    [{ stage: 'data', action: 'error', code: 452 }, 'retry'],
    [{ stage: 'data', action: 'error', code: 554 }, 'refused'],
    [{ stage: 'data', action: 'drop' }, 'unknown'],
    [{ stage: 'data', action: 'hang' }, 'unknown'],
  ])('after %j is %s', async (fault, expected) => {
    simulators.addFault('mail', fault);
    let handedOver = 0;

    const outcome = await notifier({ timeoutMs: 400 }).send(
      target,
      sampleNotification(),
      async () => {
        handedOver += 1;
      },
    );

    expect(outcome.outcome).toBe(expected);
    expect(handedOver).toBe(fault.stage === 'data' ? 1 : 0);
    expect(simulators.mails()).toEqual([]);
  });

  it('is told by codes, without addresses', async () => {
    simulators.addFault('mail', {
      stage: 'to',
      action: 'error',
      code: 550,
      text: '5.1.1 <sales@example.com> unknown',
    });

    const outcome = await notifier().send(target, sampleNotification(), allow);

    expect(outcome).toEqual({ outcome: 'refused', error: 'SMTP 550 5.1.1 at RCPT TO' });
  });

  it('is a retry when nobody listens, without the password of the address', async () => {
    const smtpUrl = 'smtp://user:the-password@127.0.0.1:1';

    const outcome = await notifier({ smtpUrl }).send(target, sampleNotification(), allow);

    expect(outcome.outcome).toBe('retry');
    expect(JSON.stringify(outcome)).not.toContain('the-password');
  });

  // Seen failing with the message given as bytes and handingOver awaited before the connection.
  it('is handed over when the server waits for the text, and not before', async () => {
    simulators.addFault('mail', { stage: 'to', action: 'drop' });
    let isHandedOver = false;

    await notifier().send(target, sampleNotification(), async () => {
      isHandedOver = true;
    });

    expect(isHandedOver).toBe(false);
  });

  // Seen failing with the await of handingOver taken out.
  it('sends nothing when handing over is refused, and passes on why', async () => {
    const sent = notifier().send(target, sampleNotification(), async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new Error('lease lost');
    });

    await expect(sent).rejects.toThrow('lease lost');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(simulators.mails()).toEqual([]);
  });

  // Seen failing with the generator going on after the deadline.
  it('sends nothing any more when handing over took too long', async () => {
    let isHandedOver = false;

    const outcome = await notifier({ timeoutMs: 500 }).send(
      target,
      sampleNotification(),
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 800));
        isHandedOver = true;
      },
    );

    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(outcome).toMatchObject({
      outcome: 'retry',
      error: expect.stringContaining('ETIMEDOUT'),
    });
    expect(isHandedOver).toBe(true);
    expect(simulators.mails()).toEqual([]);
  });
});
