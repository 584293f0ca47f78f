import type { Notifier, NotifierKind } from '../notifier.ts';
import { emailNotifier } from './email-notifier.ts';
import { createHttpPost } from './http-post.ts';
import { slackNotifier } from './slack-notifier.ts';
import { teamsNotifier } from './teams-notifier.ts';
import { webhookNotifier } from './webhook-notifier.ts';
import { type SendTemplate, whatsappNotifier } from './whatsapp-notifier.ts';

/** The ways to tell people that an installation has. */
export type Notifiers = {
  notifiers: ReadonlyMap<NotifierKind, Notifier>;
  close(): Promise<void>;
};

export type NotifiersOptions = {
  /** Undefined where there is no mail server: what goes by e-mail is refused then. */
  smtpUrl: string | undefined;
  mailFrom: string;
  /** Whether an address of a tenant may lead into the network that the installation stands in. */
  mayReachPrivateAddresses: boolean;
  sendTemplate: SendTemplate;
};

/** Opens every way to tell people. A new one is a line here. */
export function openNotifiers(options: NotifiersOptions): Notifiers {
  const http = createHttpPost(options);
  const all = [
    emailNotifier(options),
    slackNotifier({ http }),
    teamsNotifier({ http }),
    webhookNotifier({ http }),
    whatsappNotifier(options),
  ];
  return {
    notifiers: new Map(all.map((notifier) => [notifier.kind, notifier])),
    close: () => http.close(),
  };
}
