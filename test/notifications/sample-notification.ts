import type { NotificationContent } from '../../src/notifications/notification-content.ts';
import type {
  NotificationItem,
  NotificationToSend,
  NotifierTarget,
} from '../../src/notifications/notifier.ts';

/** The moment at which tests send. */
export const sampleNow = new Date('2026-11-21T10:00:00.000Z');

/** A lead as a test finds it; what it does not mention is a hot one. */
export function sampleContent(changes: Partial<NotificationContent> = {}): NotificationContent {
  return {
    conversationId: 'cnv_1',
    because: 'Turned Hot',
    who: {
      name: 'Ana Silva',
      company: 'Casa do Mar',
      email: 'ana@casadomar.example',
      phone: '+351 912 345 678',
      platform: 'whatsapp',
      agentName: 'Ada',
    },
    wants: '40 oak chairs before 12 December',
    score: { tag: 'Hot', total: 14, percent: 90 },
    whyNow: ['We open on 12 December', 'The budget is approved'],
    promised: ['A quote by Monday'],
    ...changes,
  };
}

/** An item about it, with 5 h 20 min left to answer. */
export function sampleItem(changes: Partial<NotificationContent> = {}): NotificationItem {
  return {
    content: sampleContent(changes),
    replyWindowEndsAt: new Date('2026-11-21T15:20:00.000Z'),
    openUrl: 'https://rapport.example/n/a-token',
    takeOverUrl: 'https://rapport.example/n/a-token?do=takeover',
  };
}

/** A message about one lead. */
export function sampleNotification(changes: Partial<NotificationToSend> = {}): NotificationToSend {
  return {
    notificationId: 'ntf_01kasample',
    kind: 'event',
    items: [sampleItem()],
    now: sampleNow,
    ...changes,
  };
}

/** Where it goes. */
export function sampleTarget(
  address: string,
  changes: Partial<NotifierTarget> = {},
): NotifierTarget {
  return { userId: 'usr_1', address, secret: null, options: {}, ...changes };
}

/** What nobody should be able to do to a message: end its lines, its tags and its marks. */
export const hostile = {
  name: 'Eve\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script> <!channel> [win](https://evil.example) \u202egnp.exe',
  company: '"><img src=x onerror=alert(2)> & Sons',
  wants: `*free* \`\`\` <https://evil.example|your bank> ${'x'.repeat(50_000)}`,
  quote: '</p></td><style>*{display:none}</style> & "quoted" <@U123> \0 \ud83d',
};

/** A message in which every text of a customer's is hostile. */
export function hostileNotification(
  kind: NotificationToSend['kind'] = 'event',
): NotificationToSend {
  const item = sampleItem({
    because: `Said "${hostile.quote}"`,
    who: { ...sampleContent().who, name: hostile.name, company: hostile.company },
    wants: hostile.wants,
    whyNow: [hostile.quote, hostile.name, hostile.wants],
    promised: [hostile.quote, hostile.name],
  });
  return sampleNotification({ kind, items: kind === 'digest' ? Array(30).fill(item) : [item] });
}
