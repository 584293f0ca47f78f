import type { Channel, OutboundMessage } from '../channels/channel.ts';
import { ruleFor } from '../channels/file-rules.ts';
import type { DownloadLinks } from '../media/download/download-links.ts';
import type { ClaimedSend } from './claim-sends.ts';

/**
 * What goes out for a stored message, as its channel and the reply window have it: a template in its place where the
 * window has closed; undefined where nothing may be sent.
 */
export function messageToSend(
  claimed: ClaimedSend,
  channel: Pick<Channel, 'capabilities'>,
  downloads: Pick<DownloadLinks, 'urlOf'>,
): OutboundMessage | undefined {
  const { text, button, inReplyTo } = claimed;
  if (inReplyTo !== null) {
    const { kind, id, until } = inReplyTo;
    return until > claimed.claimedAt ? { kind: 'text', text, inReplyTo: { kind, id } } : undefined;
  }
  if (claimed.isWindowOpen && button !== null && channel.capabilities.linkButton !== null) {
    return { kind: 'link_button', text, ...button };
  }
  const isLate = isLateByPerson(claimed, channel);
  if (claimed.isWindowOpen || isLate) {
    const late = claimed.isWindowOpen ? {} : ({ isLateByPerson: true } as const);
    const file = fileToSend(claimed, channel, downloads);
    return { ...(file ?? { kind: 'text', text: withAddress(claimed) }), ...late };
  }
  if (!channel.capabilities.hasTemplates) return undefined;
  if (claimed.template !== null) return { kind: 'template', ...claimed.template };
  if (claimed.templateName === null) return undefined;
  return {
    kind: 'template',
    name: claimed.templateName,
    language: claimed.templateLanguage ?? 'en_US',
  };
}

/** The file of a message, as the kind that the channel takes it as. */
function fileToSend(
  { file, text, userId }: ClaimedSend,
  { capabilities }: Pick<Channel, 'capabilities'>,
  downloads: Pick<DownloadLinks, 'urlOf'>,
): Extract<OutboundMessage, { kind: 'file' }> | undefined {
  const rule = file === null ? undefined : ruleFor(capabilities.files, file);
  if (file === null || rule === undefined) return undefined;
  const { attachmentId, mimeType, filename, isVoiceNote } = file;
  const url = downloads.urlOf({ userId, attachmentId, variant: 'original' });
  return { kind: 'file', as: rule.kind, url, mimeType, filename, caption: text, isVoiceNote };
}

/** Whether people wrote it, and where they may write for longer than the AI, in time. */
function isLateByPerson(
  { isByPerson, windowClosedForMs }: ClaimedSend,
  { capabilities: { personWindowMs, replyWindowMs } }: Pick<Channel, 'capabilities'>,
): boolean {
  return (
    isByPerson && windowClosedForMs !== null && windowClosedForMs < personWindowMs - replyWindowMs
  );
}

/** The text as it is where no button can be: with the address that the button would have opened. */
export function withAddress({ text, button }: Pick<ClaimedSend, 'text' | 'button'>): string {
  return button === null ? text : `${text}\n\n${button.url}`;
}
