import type { Router } from 'express';
import type { InboundEvent } from '../channels/inbound-event.ts';
import type { Context } from '../context.ts';
import type { EventFeed } from '../realtime/event-feed.ts';
import type { Visitor } from '../webchat/find-visitor.ts';
import { presentMessage } from '../webchat/present-message.ts';
import { webchatRouter } from '../webchat/router.ts';
import type { VisitorMessage } from '../webchat/visitor-message.ts';
import { createVisitorStreams } from '../webchat/visitor-streams.ts';
import { visitorTokens } from '../webchat/visitor-token.ts';

/** The web chat's side for visitors. `close` ends their streams. */
export function openWebchat(
  context: Context,
  deps: { feed: EventFeed; ingest: (events: InboundEvent[]) => Promise<void> },
): { router: Router; close(): void } {
  const present = ({ site }: Visitor, message: VisitorMessage) =>
    presentMessage(context.downloads, site.userId, message);
  const streams = createVisitorStreams({ ...context, ...deps, present });
  const tokens = visitorTokens({
    keys: context.vault.deriveAll('tokens of webchat visitors'),
    now: context.now,
  });
  return {
    router: webchatRouter({ ...context, ...deps, tokens, streams, present }),
    close: () => streams.close(),
  };
}
