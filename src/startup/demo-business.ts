import { AgentSettings } from '../accounts/agent-settings.ts';
import { NewPerson } from '../availability/bookable-people.ts';
import { ProfileChange } from '../availability/business-profiles.ts';

/** The business that a new database begins with, while providers are simulated. It is made up. */
export const demoBusiness = {
  email: 'demo@rapport.example',
  name: 'Casa Verde',
  agentName: 'Ada',
  instructions: `You are Ada, the assistant of Casa Verde, a small furniture workshop.
Answer in the customer's language, in at most three short sentences. Opening hours: Monday to Friday 9 to 18, Saturday 10 to 14.
A dining table costs from 450 euros, a chair from 90; delivery takes two weeks.
When the customer asks what something costs, or wants to order, offer the pricing link below your answer.
When the customer wants to visit the workshop, or a consultation, book it yourself with the tools for meetings: no link does that.
When the customer wants to see furniture without coming, offer the demo link, a film of the showroom.
When the customer wants to look around by themselves, offer the website link. Offer one link at a time, and none twice in a row.
If you do not know something, or the customer asks for a person, hand over.`,
  /** At the simulated Google. */
  calendarAccount: 'owner@casaverde.example',
  timeZone: 'Europe/Lisbon',
  salesTarget: { kind: 'email', name: 'Sales', address: 'sales@casaverde.example' },
} as const;

const offered: AgentSettings = {
  links: {
    pricing: 'https://casaverde.example/prices',
    demo: 'https://casaverde.example/showroom',
    website: 'https://casaverde.example/',
  },
  linkLabels: { pricing: 'See prices', demo: 'See the showroom', website: 'Look around' },
};

/** Where the demo business is written to, and who writes there: the same Ana everywhere. */
export type DemoPlace = {
  platform: 'whatsapp' | 'instagram' | 'webchat';
  /** The provider's id of the business's account. */
  accountId: string;
  displayName: string;
  customer: { address: string; name: string };
  settings: AgentSettings;
};

const customerName = 'Ana';

/** Of the person whom the shop's page says its visitor is. */
export const demoVisitor = { sub: 'ana', name: customerName } as const;

export const demoPlaces: DemoPlace[] = [
  {
    platform: 'whatsapp',
    accountId: '100000000000001',
    displayName: '+1 555 010 0001',
    customer: { address: '351910000001', name: customerName },
    settings: AgentSettings.parse(offered),
  },
  {
    platform: 'instagram',
    accountId: '17841400000000001',
    displayName: '@casaverde',
    customer: { address: '17840000000000901', name: customerName },
    settings: AgentSettings.parse({ ...offered, commentReplies: 'private' }),
  },
  {
    platform: 'webchat',
    accountId: 'casa-verde',
    displayName: 'casaverde.example',
    customer: { address: `id_${demoVisitor.sub}`, name: customerName },
    settings: AgentSettings.parse({
      ...offered,
      webchat: {
        title: 'Casa Verde',
        greeting: 'Hello, I am Ada. Ask me about our tables and chairs, or come and see them.',
        quickReplies: [
          'What does a table cost?',
          'When are you open?',
          'Can I visit the workshop?',
        ],
        color: '#2f6b4f',
      },
    }),
  },
];

const weekday = [{ from: '09:00', to: '18:00' }];
const lunch = [{ from: '13:00', to: '14:00' }];

/** When the demo business can be met. */
export const demoProfile = ProfileChange.parse({
  businessName: demoBusiness.name,
  typeOfBusiness: 'Furniture workshop',
  businessTimezone: demoBusiness.timeZone,
  operatingSchedule: {
    hours: {
      mon: weekday,
      tue: weekday,
      wed: weekday,
      thu: weekday,
      fri: weekday,
      sat: [{ from: '10:00', to: '14:00' }],
    },
    breaks: { mon: lunch, tue: lunch, wed: lunch, thu: lunch, fri: lunch },
  },
  services: [
    { name: 'Workshop visit', durationMinutes: 30 },
    { name: 'Furniture consultation', durationMinutes: 60 },
  ],
});

/** Who can be met there. They are made up, as the business is. */
export const demoPeople = ['Rita', 'Tomás'].map((name) => NewPerson.parse({ name }));

/** What its people have to do besides, on its clock, so many days on which it works from now. */
export const demoErrands = [
  { summary: 'Oak boards are delivered', inWorkdays: 1, from: '10:00', to: '11:30' },
  { summary: 'Chairs to Casa Azul', inWorkdays: 2, from: '16:00', to: '18:00' },
  { summary: 'Stocktaking', inWorkdays: 5, from: '09:00', to: '13:00' },
] as const;
