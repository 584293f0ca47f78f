import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Tenant } from '../support/arrange.ts';
import { askApi } from '../support/ask-api.ts';
import { eventually } from '../support/eventually.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { askWebchat, openVisitor } from '../support/webchat-visitor.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { TRUSTED_PROXIES: '1' } });
  await stage.start('all');
});
afterAll(() => stage.close());

const identitySecret = 'a secret that is long enough to sign with';

const tenantWith = (webchat: object = {}): Promise<Tenant> =>
  stage.tenant({
    platform: 'webchat',
    settings: { quietMs: 50, webchat },
    accessToken: identitySecret,
  });

describe('a page', () => {
  // Seen failing with refuseOtherPages taken out of visitorOf.
  it('that is not among the allowed ones gets no session and can use no token', async () => {
    const tenant = await tenantWith({ allowedOrigins: ['https://casaverde.example'] });
    const allowed = { origin: 'https://casaverde.example' };
    const visitor = await openVisitor(stage, tenant, { headers: allowed });

    const elsewhere = ['https://evil.example', 'https://casaverde.example.evil.example', 'null'];
    for (const origin of elsewhere) {
      const headers = { origin, authorization: `Bearer ${visitor.token}` };
      const body = { key: tenant.accountId };
      const answers = await Promise.all([
        askWebchat(stage, 'sessions', { body, headers }),
        askWebchat(stage, 'messages', { headers }),
        askWebchat(stage, 'events', { headers }),
        askWebchat(stage, 'messages', { headers, body: { clientMessageId: 'x', text: 'x' } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      expect(answers[0].body['code']).toBe('webchat.origin_not_allowed');
    }
    expect((await visitor.write('from the right page')).status).toBe(201);
  });

  it('may read the answers from wherever it is, without cookies, and asks first as browsers do', async () => {
    const tenant = await tenantWith();
    const preflight = await fetch(new URL('/webchat/messages', stage.webhookUrl), {
      method: 'OPTIONS',
      headers: {
        origin: 'https://anywhere.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    const session = await askWebchat(stage, 'sessions', { body: { key: tenant.accountId } });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(
      'authorization',
    );
    for (const { headers } of [preflight, session]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
    }
  });
});

describe('a visitor whom the page names', () => {
  const named = (sub: string, more: object = {}, secret = identitySecret, exp = '1h') =>
    new SignJWT({ name: 'Ana Silva', email: 'ana@example.com', ...more })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setExpirationTime(exp)
      .sign(new TextEncoder().encode(secret));

  it('has one conversation on all devices, with what they wrote before they were known', async () => {
    const tenant = await tenantWith();
    const phone = await openVisitor(stage, tenant);
    await phone.write('as a stranger');

    const known = await openVisitor(stage, tenant, {
      more: { token: phone.token, identity: await named('42') },
    });
    const laptop = await openVisitor(stage, tenant, { more: { identity: await named('42') } });
    await laptop.write('from my laptop');

    expect(known.conversationId).toBe(phone.conversationId);
    expect(laptop.conversationId).toBe(phone.conversationId);
    expect((await laptop.messages()).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['as a stranger', 'from my laptop']),
    );
    const { rows } = await stage.owner.query('select name from contacts where user_id = $1', [
      tenant.userId,
    ]);
    expect(rows).toEqual([{ name: 'Ana Silva' }]);
  });

  it('can follow on one device what they begin on another, before there is a conversation', async () => {
    const tenant = await tenantWith();
    const identity = await named('43');
    const [phone, laptop] = [
      await openVisitor(stage, tenant, { more: { identity } }),
      await openVisitor(stage, tenant, { more: { identity } }),
    ];
    const events = await laptop.events(0);

    await phone.write('from my phone');

    expect(laptop.conversationId).toBe(phone.conversationId);
    await events.until((seen) => seen.some(({ event }) => event === 'message'));
    events.close();
  });

  // Seen failing with isNamed taken out of openSession.
  it('never gets the conversation of the person who was signed in before', async () => {
    const tenant = await tenantWith();
    const first = await openVisitor(stage, tenant, { more: { identity: await named('1') } });
    await first.write('my own affairs');

    const second = await openVisitor(stage, tenant, {
      more: { token: first.token, identity: await named('2') },
    });

    expect(second.conversationId).not.toBe(first.conversationId);
    expect(await second.messages()).toEqual([]);
    const again = await openVisitor(stage, tenant, { more: { identity: await named('1') } });
    expect(again.conversationId).toBe(first.conversationId);
  });

  it('is nobody with a wrong signature, none, an old one or one that is good for too long', async () => {
    const tenant = await tenantWith();
    const forged = await named('42', {}, 'another secret that is long enough too');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged.split('.')[1]}.`;
    const old = await named('42', {}, identitySecret, '-1m');
    const long = await named('42', {}, identitySecret, '30d');

    for (const identity of [forged, unsigned, old, long, 'nonsense']) {
      const refused = await askWebchat(stage, 'sessions', {
        body: { key: tenant.accountId, identity },
      });
      expect([refused.status, refused.body['code']]).toEqual([401, 'webchat.bad_identity']);
    }
  });
});

describe('the form before the first message', () => {
  const preChat = {
    fields: [
      { name: 'name', required: true },
      { name: 'email', required: true },
      { name: 'phone', required: false },
    ],
  };

  it('has to be filled in once, names the contact, and is the visitor’s own words', async () => {
    const tenant = await tenantWith({ preChat });
    const visitor = await openVisitor(stage, tenant);

    const without = await visitor.write('hello');
    const half = await visitor.write('hello', undefined, { form: { name: 'Ana' } });
    const filled = await visitor.write('hello', 'first', {
      form: { name: 'Ana Silva', email: 'ana@example.com' },
    });
    const later = await visitor.write('and one more thing');

    expect([without.status, half.status]).toEqual([422, 422]);
    expect(without.body['code']).toBe('webchat.form_needed');
    expect(JSON.stringify(half.body)).toContain('email');
    expect([filled.status, later.status]).toEqual([201, 201]);
    const messages = await visitor.messages();
    expect(messages.slice(0, 2).map(({ text }) => text)).toEqual([
      'Name: Ana Silva\nE-mail: ana@example.com',
      'hello',
    ]);
    const { rows } = await stage.owner.query('select name from contacts where user_id = $1', [
      tenant.userId,
    ]);
    expect(rows).toEqual([{ name: 'Ana Silva' }]);
  });
});

describe('a visitor who asks too often', () => {
  // Seen failing with countVisit taken out.
  it('is told to wait, and another is not', async () => {
    const tenant = await tenantWith();
    const [hasty, calm] = [await openVisitor(stage, tenant), await openVisitor(stage, tenant)];

    const answers = await Promise.all(
      Array.from({ length: 70 }, (_, index) => hasty.write(`number ${index}`)),
    );

    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(60);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body['code']).toBe('webchat.too_often');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await calm.write('in peace')).status).toBe(201);
  });

  it('shares the allowance of the address that the proxy names, and of no other', async () => {
    const tenant = await tenantWith();
    const from = (address: string) =>
      askWebchat(stage, 'sessions', {
        body: { key: tenant.accountId },
        headers: { 'x-forwarded-for': `6.6.6.6, ${address}` },
      });

    const answers = await Promise.all(Array.from({ length: 140 }, () => from('81.2.69.142')));

    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect((await from('81.2.69.143')).status).toBe(200);
    const { rows } = await stage.owner.query(
      `select subject from webchat_limits where user_id = $1 and bucket like 'address:%'`,
      [tenant.userId],
    );
    expect(JSON.stringify(rows)).not.toContain('81.2');
  });
});

describe('a web chat', () => {
  it('is registered without a token, and what it looks like is checked', async () => {
    const tenant = await stage.tenant();

    const number = Object(
      await askApi(stage, tenant, 'phone-numbers', {
        method: 'POST',
        body: { platform: 'webchat', metaPhoneNumberId: `site-${process.pid}` },
      }),
    );
    const agent = (webchat: object) =>
      askApi(stage, tenant, 'agents', {
        method: 'POST',
        body: {
          phoneNumberId: number.id,
          promptId: tenant.promptId,
          name: 'Ada',
          settings: { webchat },
        },
      });

    expect(number).toMatchObject({ platform: 'webchat', health: 'ok' });
    expect(JSON.stringify(number)).not.toContain('ccessToken');
    await expect(agent({ color: 'green' })).rejects.toThrow('400');
    await expect(agent({ allowedOrigins: ['https://a.example/path'] })).rejects.toThrow('400');
    await expect(
      askApi(stage, tenant, 'phone-numbers', {
        method: 'POST',
        body: { platform: 'whatsapp', metaPhoneNumberId: '1065' },
      }),
    ).rejects.toThrow('accessToken');
    await agent({ color: '#1a7f64', title: 'Casa Verde' });
    const visitor = await openVisitor(stage, { accountId: `site-${process.pid}` });
    await visitor.write('hello');
    await eventually('the answer', async () => (await visitor.messages()).length === 2);
  });
});
