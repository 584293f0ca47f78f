import { describe, expect, it } from '@jest/globals';
import { WebchatSettings } from '../../src/accounts/webchat-settings.ts';

const faultsOf = (given: object) =>
  WebchatSettings.safeParse(given).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('WebchatSettings', () => {
  it('takes what docs/webchat.md says, and nothing is needed', () => {
    const all = {
      allowedOrigins: ['https://casaverde.example', 'http://localhost:8080'],
      title: 'Casa Verde',
      greeting: 'Hello! How can we help?',
      quickReplies: ['Prices', 'Opening hours'],
      color: '#1a7f64',
      position: 'left',
      language: 'pt-BR',
      preChat: { fields: [{ name: 'email', required: true }], note: 'We answer at once.' },
      attachments: false,
    };

    expect(WebchatSettings.parse(all)).toEqual(all);
    expect(WebchatSettings.parse({})).toEqual({});
  });

  it('keeps origins as browsers write them', () => {
    const { allowedOrigins } = WebchatSettings.parse({ allowedOrigins: ['https://Casa.Example'] });

    expect(allowedOrigins).toEqual(['https://casa.example']);
  });

  it.each([
    [{ allowedOrigins: ['https://casa.example/shop'] }, 'allowedOrigins.0'],
    [{ allowedOrigins: ['https://casa.example/'] }, 'allowedOrigins.0'],
    [{ allowedOrigins: ['casa.example'] }, 'allowedOrigins.0'],
    [{ allowedOrigins: ['*'] }, 'allowedOrigins.0'],
    [{ allowedOrigins: ['javascript:alert(1)'] }, 'allowedOrigins.0'],
    [{ color: 'red' }, 'color'],
    [{ color: '#1a7f64;}' }, 'color'],
    [{ position: 'top' }, 'position'],
    [{ language: 'pt_BR"' }, 'language'],
    [{ quickReplies: Array.from({ length: 7 }, () => 'x') }, 'quickReplies'],
    [{ preChat: { fields: [{ name: 'password', required: true }] } }, 'preChat.fields.0.name'],
  ])('refuses %j and names the field', (given, field) => {
    expect(new Set(faultsOf(given))).toEqual(new Set([field]));
  });
});
