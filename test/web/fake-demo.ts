import type { DemoInfo } from '../../src/start-page/router.ts';
import { onInstagram } from './fake-conversations.ts';

/** What a fake rapport says of its demo tenant. */
export function demoInfo(simulatorUrl: string): DemoInfo {
  return {
    apiKey: 'rk_demo',
    userId: 'usr_1',
    businessName: 'Casa Verde',
    channels: [
      {
        platform: 'whatsapp',
        accountId: '100',
        agentId: 'agt_1',
        agentName: 'Ada',
        customer: { address: '15550001111', name: 'Ana' },
      },
      {
        platform: 'instagram',
        accountId: '200',
        agentId: 'agt_2',
        agentName: 'Ada',
        customer: { address: onInstagram.customerPhone, name: 'Ana' },
      },
      {
        platform: 'webchat',
        accountId: 'casa-verde',
        agentId: 'agt_3',
        agentName: 'Ada',
        customer: { address: 'id_ana', name: 'Ana' },
        identity: 'header.claims.signature',
      },
    ],
    simulatorUrl,
    simulated: ['whatsapp', 'instagram', 'google', 'openai', 'mail'],
    calendarAccount: 'owner@casaverde.example',
    timeZone: 'Europe/Lisbon',
    model: 'a-model',
    readLeadAfterMs: 60_000,
  };
}
