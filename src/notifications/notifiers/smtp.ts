import { Readable } from 'node:stream';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { z } from 'zod';
import type { NotifyOutcome } from '../notifier.ts';

export type SmtpMail = {
  smtpUrl: string;
  timeoutMs: number;
  /** Bare addresses. */
  from: string;
  to: string;
  message: Buffer;
  /** See Notifier: awaited when the server has said that it takes the message now. */
  handingOver: () => Promise<void>;
};

/**
 * Hands one message to the mail server. Its text is read only after the server's 354, so whatever fails before, the
 * death of the process too, leaves nothing sent. Throws only what `handingOver` rejects with.
 */
export async function sendBySmtp(mail: SmtpMail): Promise<NotifyOutcome> {
  let handing: Promise<void> | undefined;
  let isHandedOver = false;
  let isOver = false;
  async function* handedOver() {
    handing = mail.handingOver();
    await handing;
    if (isOver) return;
    isHandedOver = true;
    yield mail.message;
  }
  const connection = new SMTPConnection({
    ...parseConnectionUrl(mail.smtpUrl),
    connectionTimeout: mail.timeoutMs,
    greetingTimeout: mail.timeoutMs,
    dnsTimeout: mail.timeoutMs,
    socketTimeout: mail.timeoutMs,
    logger: false,
  });
  try {
    await withDeadline(mail.timeoutMs, talk(connection, mail, Readable.from(handedOver())));
    connection.quit();
    return { outcome: 'sent' };
  } catch (error) {
    isOver = true;
    connection.close();
    await handing;
    return outcomeOfFailure(error, isHandedOver);
  }
}

function talk(connection: SMTPConnection, mail: SmtpMail, message: Readable): Promise<void> {
  const { auth } = parseConnectionUrl(mail.smtpUrl);
  return new Promise((resolve, reject) => {
    const send = (): void => {
      connection.send({ from: mail.from, to: [mail.to] }, message, (error) => {
        if (error) reject(error);
        else resolve();
      });
    };
    connection.on('error', reject);
    connection.connect((error) => {
      if (error) reject(error);
      else if (auth === undefined) send();
      else connection.login(auth, (failure) => (failure ? reject(failure) : send()));
    });
  });
}

async function withDeadline(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const Failure = z.object({
  code: z.string().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
  responseCode: z.number().optional().catch(undefined),
  response: z.string().optional().catch(undefined),
});

/** Commands by which the server judges this message, and not who we are. */
const aboutTheMessage = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);
/** "Sign in first", whatever it was answered to. */
const aboutOurPassword = new Set([530, 534, 535, 538]);

/**
 * An answer tells what became of a message at any time, silence only before it was handed over. A refusal of our
 * connection or password is no refusal of the message: an operator will put it right.
 */
function outcomeOfFailure(thrown: unknown, isHandedOver: boolean): NotifyOutcome {
  const failure = Failure.safeParse(thrown).data ?? {};
  const error = describe(failure);
  const { responseCode, command = '' } = failure;
  if (responseCode === undefined) return { outcome: isHandedOver ? 'unknown' : 'retry', error };
  const isRefusal =
    responseCode >= 500 && aboutTheMessage.has(command) && !aboutOurPassword.has(responseCode);
  return { outcome: isRefusal ? 'refused' : 'retry', error };
}

/** Codes only: the server's words may repeat addresses, and those of the connection its name. */
function describe({ code, command, responseCode, response }: z.infer<typeof Failure>): string {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  const said = [responseCode, enhanced].filter((part) => part !== undefined).join(' ');
  return `SMTP ${said || (code ?? 'unknown')}${command === undefined ? '' : ` at ${command}`}`;
}
