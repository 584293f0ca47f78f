import type { InboundEvent, MessageContent } from '../channels/inbound-event.ts';
import type { Now } from '../lib/clock.ts';
import type { Pool } from '../lib/db.ts';
import { type UploadedFile, untakenUploads } from '../media/uploads/take-upload.ts';
import { findVisitor, type Visitor } from './find-visitor.ts';
import { clientIdPrefix, type VisitorMessage, visitorMessage } from './visitor-message.ts';
import type { VisitorTokens } from './visitor-token.ts';
import { FormNeeded } from './webchat-errors.ts';

export type WriteDeps = {
  app: Pool;
  receiver: Pool;
  tokens: VisitorTokens;
  now: Now;
  ingest: (events: InboundEvent[]) => Promise<void>;
};

/** The answers of the form before the first message. */
export type Form = {
  name?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  company?: string | undefined;
};

export type Written = {
  clientMessageId: string;
  text: string;
  attachmentIds: string[];
  form?: Form | undefined;
};

/**
 * Stores what a visitor wrote, as any channel's message is stored; the same `clientMessageId` again answers the
 * message of the first time. Throws FormNeeded or UnknownAttachment.
 */
export async function writeAsVisitor(
  deps: WriteDeps,
  visitor: Visitor,
  written: Written,
): Promise<VisitorMessage> {
  const before = await messageOf(deps, visitor, written.clientMessageId);
  if (before !== undefined) return before;
  requireForm(visitor, written.form);
  await deps.ingest(await eventsWithFiles(deps, visitor, written));
  // Looked up once more: it may be their first, or whoever they were was erased meanwhile.
  const stored =
    (visitor.hasConversation && (await messageOf(deps, visitor, written.clientMessageId))) ||
    (await messageOf(deps, await findVisitor(deps, visitor.claims), written.clientMessageId));
  if (stored === undefined) throw new Error('a message that was just stored is not there');
  return stored;
}

async function eventsWithFiles(
  deps: WriteDeps,
  visitor: Visitor,
  { attachmentIds, ...written }: Written,
): Promise<InboundEvent[]> {
  const uploads = { userId: visitor.site.userId, uploadedBy: visitor.claims.address };
  const files = await untakenUploads(deps.app, { ...uploads, attachmentIds }).catch(
    async (error: unknown) => {
      // The same message at the same time: the other one has them.
      if ((await messageOf(deps, visitor, written.clientMessageId)) === undefined) throw error;
      return [];
    },
  );
  return eventsOf(visitor, { ...written, files }, deps.now());
}

function messageOf(
  { app }: Pick<WriteDeps, 'app'>,
  { site, conversationId }: Visitor,
  clientMessageId: string,
): Promise<VisitorMessage | undefined> {
  return visitorMessage(app, { userId: site.userId, conversationId, clientMessageId });
}

function requireForm({ site, hasConversation }: Visitor, form: Form | undefined): void {
  if (hasConversation) return;
  const missing = (site.settings.preChat?.fields ?? [])
    .filter(({ name, required }) => required && form?.[name] === undefined)
    .map(({ name }) => name);
  if (missing.length === 0) return;
  throw new FormNeeded(`Fill in the form before the first message: ${missing.join(', ')}.`);
}

/** The form is a message of its own: what stands in it are the visitor's words, and it asks for no answer. */
function eventsOf(
  visitor: Visitor,
  written: Omit<Written, 'attachmentIds'> & { files: UploadedFile[] },
  sentAt: Date,
): InboundEvent[] {
  const { site, claims, conversationId } = visitor;
  const name = written.form?.name ?? claims.name;
  const message = (content: MessageContent, id: string, expectsReply: boolean): InboundEvent => ({
    type: 'message',
    account: { platform: 'webchat', accountId: site.key },
    providerMessageId: `${clientIdPrefix}${id}`,
    from: {
      addresses: [{ kind: 'webchat_visitor', address: claims.address }],
      ...(name === undefined ? {} : { name }),
    },
    content,
    expectsReply,
    newConversationId: conversationId,
    sentAt,
  });
  const { clientMessageId, form } = written;
  const said = whatWasSaid(visitor, written);
  const isFormAlone = said === undefined;
  return [
    ...(form === undefined
      ? []
      : [
          message(
            formContent(form),
            isFormAlone ? clientMessageId : `${clientMessageId}.form`,
            false,
          ),
        ]),
    ...(said === undefined ? [] : [message(said, clientMessageId, true)]),
  ];
}

function whatWasSaid(
  { claims, hasConversation }: Visitor,
  { text, files }: { text: string; files: UploadedFile[] },
): MessageContent | undefined {
  const [first] = files;
  if (text === '' && first === undefined) return undefined;
  const { name, email } = claims;
  const isKnown = !hasConversation && (name ?? email) !== undefined;
  return {
    type: first?.kind ?? 'text',
    text,
    details: isKnown ? { visitor: { name, email } } : {},
    media: files.map(({ attachmentId, kind }) => ({ attachmentId, kind })),
  };
}

const labels = [
  ['name', 'Name'],
  ['email', 'E-mail'],
  ['phone', 'Phone'],
  ['company', 'Company'],
] as const;

function formContent(form: Form): MessageContent {
  const filled = labels.flatMap(([field, label]) => {
    const value = form[field];
    return value === undefined ? [] : [`${label}: ${value}`];
  });
  return {
    type: 'interactive',
    text: filled.join('\n'),
    details: { kind: 'form' },
    media: [],
  };
}
