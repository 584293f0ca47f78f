import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { createFaultList, type FaultList } from '../lib/fault-list.ts';
import { createRecording, type Recording } from '../lib/recording.ts';
import type { Timers } from '../lib/timers.ts';
import type { MailFault } from './faults.ts';
import { type ParsedMail, parseMail } from './parse-mail.ts';

/** A mail that arrived. */
export type ReceivedMail = ParsedMail & {
  sequence: number;
  at: string;
  /** The envelope. */
  from: string;
  to: string[];
  messageId: string | null;
  raw: string;
};

/** Takes every mail and delivers none. */
export type MailServer = {
  /** For SMTP_URL. */
  url: string;
  faults: FaultList<MailFault>;
  received: Recording<ReceivedMail>;
  close(): Promise<void>;
};

type Reply = (error?: Error | null) => void;

/** Listens on a port of its own, because SMTP is no HTTP. */
export async function startMailServer(options: {
  host: string;
  port: number;
  limit: () => number;
  now: () => number;
  timers: Timers;
}): Promise<MailServer> {
  const faults = createFaultList<MailFault>();
  const received = createRecording<ReceivedMail>(options.limit);
  const sockets = new Map<number, Socket>();
  let sequence = 0;

  /** Lets the client on, or does to it what a fault says. */
  function pass(stage: MailFault['stage'], session: SMTPServerSession, reply: Reply): void {
    const fault = faults.take((one) => one.stage === stage);
    if (fault === undefined) reply();
    else act(fault, session, reply);
  }

  function act(fault: MailFault, session: SMTPServerSession, reply: Reply): void {
    if (fault.action === 'drop') sockets.get(session.remotePort)?.destroy();
    if (fault.action === 'delay') options.timers.after(fault.delayMs, () => reply());
    if (fault.action === 'error') {
      reply(Object.assign(new Error(fault.text), { responseCode: fault.code }));
    }
  }

  function keep(session: SMTPServerSession, raw: string): void {
    const { mailFrom, rcptTo } = session.envelope;
    const parsed = parseMail(raw);
    sequence += 1;
    received.add({
      ...parsed,
      sequence,
      at: new Date(options.now()).toISOString(),
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      messageId: parsed.headers['message-id'] ?? null,
      raw,
    });
  }

  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: 20 * 1024 * 1024,
    closeTimeout: 100,
    onConnect: (session, reply) => pass('connect', session, reply),
    onMailFrom: (_, session, reply) => pass('from', session, reply),
    onRcptTo: (_, session, reply) => pass('to', session, reply),
    onData(stream, session, reply) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('latin1');
        const fault = faults.take((one) => one.stage === 'data');
        const isTaken = fault === undefined || fault.action === 'delay' || fault.isKept;
        if (isTaken) keep(session, raw);
        if (fault === undefined) reply(null);
        else act(fault, session, (error) => reply(error ?? null));
      });
    },
  });
  // A client that goes away is no fault of ours.
  smtp.on('error', () => {});
  smtp.server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    sockets.set(remotePort, socket);
    socket.on('close', () => sockets.delete(remotePort));
  });
  const port = await listen(smtp, options);
  return {
    url: `smtp://${options.host === '0.0.0.0' ? '127.0.0.1' : options.host}:${port}`,
    faults,
    received,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.values()) socket.destroy();
        smtp.close(() => resolve());
      }),
  };
}

function listen(smtp: SMTPServer, wanted: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    smtp.server.once('error', reject);
    smtp.listen(wanted.port, wanted.host, () => {
      const address = smtp.server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : wanted.port);
    });
  });
}
