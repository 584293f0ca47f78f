import MailComposer from 'nodemailer/lib/mail-composer';
import type { NotificationToSend, Notifier, NotifyOutcome } from '../notifier.ts';
import { renderEmail } from './render-email.ts';
import { sendBySmtp } from './smtp.ts';

export type EmailNotifierOptions = {
  /** `smtp://` or `smtps://`; undefined where the installation has no mail server. */
  smtpUrl: string | undefined;
  /** Such as `rapport <rapport@example.com>`. */
  mailFrom: string;
  timeoutMs?: number;
};

/** One address, so that nobody adds recipients or headers with it. */
const oneAddress = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]{1,255}$/;

/** Tells a person by e-mail. The same notification has the same Message-ID, whatever is sent twice. */
export function emailNotifier(options: EmailNotifierOptions): Notifier {
  const { smtpUrl, mailFrom, timeoutMs = 20_000 } = options;
  const sender = /<([^<>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom.trim();
  const domain = sender.split('@').at(-1) ?? 'localhost';
  return {
    kind: 'email',
    async send(target, notification, handingOver): Promise<NotifyOutcome> {
      if (smtpUrl === undefined) {
        return { outcome: 'refused', error: 'no mail server is set (SMTP_URL)' };
      }
      if (!oneAddress.test(target.address)) {
        return { outcome: 'refused', error: 'the address is no e-mail address' };
      }
      const messageId = `<${notification.notificationId}@${domain}>`;
      const message = await compose(
        { to: target.address, mailFrom, messageId, domain },
        notification,
      );
      const outcome = await sendBySmtp({
        smtpUrl,
        timeoutMs,
        from: sender,
        to: target.address,
        message,
        handingOver,
      });
      return outcome.outcome === 'sent' ? { ...outcome, providerMessageId: messageId } : outcome;
    },
  };
}

function compose(
  given: { to: string; mailFrom: string; messageId: string; domain: string },
  notification: NotificationToSend,
): Promise<Buffer> {
  const { subject, text, html } = renderEmail(notification);
  const [only, ...others] = notification.items.map(({ content }) => content.conversationId);
  // Mail programs then show all that is told of one lead together.
  const thread = only && others.length === 0 ? [`<${only}@${given.domain}>`] : [];
  return new MailComposer({
    from: given.mailFrom,
    to: { name: '', address: given.to },
    subject,
    text,
    html,
    date: notification.now,
    messageId: given.messageId,
    references: thread,
    baseBoundary: notification.notificationId,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    textEncoding: 'quoted-printable',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}
