import { z } from 'zod';
import { ShownMessage } from '../../src/conversations/shown-message.ts';
import type { Tenant } from './arrange.ts';
import type { Stage } from './stage.ts';

/** Asks the API of a stage's server for a tenant, as an admin may; throws on anything but success. */
export async function askApi(
  stage: Stage,
  tenant: Tenant,
  path: string,
  change?: { method: 'POST' | 'PATCH'; body: object },
): Promise<unknown> {
  const url = new URL(`/api/v1/${path}`, stage.webhookUrl);
  url.searchParams.set('userId', tenant.userId);
  const answer = await fetch(url, {
    method: change?.method ?? 'GET',
    headers: {
      authorization: 'Bearer an-admin-key-of-tests',
      'content-type': 'application/json',
    },
    ...(change === undefined ? {} : { body: JSON.stringify(change.body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const Conversations = z.object({ data: z.array(z.object({ conversationId: z.string() })) });
const Messages = z.object({ data: z.array(ShownMessage) });

/** A tenant's messages as the API shows them, conversation by conversation, each in its order. */
export async function messagesOf(stage: Stage, tenant: Tenant): Promise<ShownMessage[]> {
  const conversations = Conversations.parse(await askApi(stage, tenant, 'conversations'));
  const pages = await Promise.all(
    conversations.data.map(({ conversationId }) =>
      askApi(stage, tenant, `conversations/${conversationId}/messages`),
    ),
  );
  return pages.flatMap((page) => Messages.parse(page).data);
}

/** The only message of the AI that a tenant has; throws when there is none or another. */
export async function onlyReply(stage: Stage, tenant: Tenant): Promise<ShownMessage> {
  const [reply, another] = (await messagesOf(stage, tenant)).filter(
    ({ author }) => author === 'ai',
  );
  if (reply === undefined || another !== undefined) throw new Error('not one reply');
  return reply;
}
