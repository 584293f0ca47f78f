import { createHash } from 'node:crypto';
import { textAt } from '../lib/json.ts';
import type { Call } from './call.ts';
import { type Answered, invalid, refused } from './errors.ts';

/** `events.watch`: opens a channel that tells of changes. */
export function watchEvents({ world, calendar, body, resourceUri }: Call): Answered {
  const id = textAt(body, 'id') ?? '';
  const address = textAt(body, 'address') ?? '';
  const token = textAt(body, 'token');
  if (!/^[A-Za-z0-9\-_+/=]{1,64}$/.test(id)) {
    return refused(400, 'channelIdInvalid', 'Channel id is invalid.');
  }
  if (body['type'] !== 'web_hook' && body['type'] !== 'webhook') {
    return refused(400, 'channelUnknownType', 'Unknown channel type');
  }
  if (!isReachable(address)) {
    return refused(400, 'push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${address}`);
  }
  if ((token?.length ?? 0) > 256) return invalid('The token is too long.', 'token');
  const latest = world.now() + world.settings.googleChannelLifeMs;
  const expiresAt = Math.min(Number(body['expiration'] ?? latest), latest);
  if (!(expiresAt > world.now())) return invalid('The expiration has passed.', 'expiration');
  const { calendarId } = calendar;
  const resourceId = createHash('sha256').update(calendarId).digest('base64url').slice(0, 27);
  const channel = { id, calendarId, resourceId, resourceUri, address, token, expiresAt };
  if (!world.channels.open(channel)) {
    return refused(400, 'channelIdNotUnique', `Channel id ${id} not unique`);
  }
  return {
    body: {
      kind: 'api#channel',
      id,
      resourceId,
      resourceUri,
      ...(token === undefined ? {} : { token }),
      expiration: String(expiresAt),
    },
  };
}

/** `channels.stop`: closes a channel. */
export function stopChannel({ world, body }: Call): Answered {
  const stopped = world.channels.stop(textAt(body, 'id') ?? '', textAt(body, 'resourceId') ?? '');
  return stopped ? {} : refused(404, 'notFound', 'Channel not found for project');
}

/** Google wants HTTPS; what runs on this machine has none. */
function isReachable(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
