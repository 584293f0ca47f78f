import { describe, expect, it } from '@jest/globals';
import { judgeClick, type LinkRequest } from '../../src/leads/links/click-rules.ts';

const chrome =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';

const judge = (headers: LinkRequest['headers'], more: Partial<LinkRequest> = {}) => {
  const judged = judgeClick({ method: 'GET', headers, linkAgeMs: 60_000, ...more });
  return judged.isCounted ? 'counted' : judged.because;
};

describe('judgeClick', () => {
  it.each([
    ['Chrome on Android', chrome],
    [
      'Safari on an iPhone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    ],
    [
      'Firefox on Windows',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0',
    ],
    [
      'the web view of WhatsApp on Android',
      'Mozilla/5.0 (Linux; Android 13; SM-G991B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0.0.0 Mobile Safari/537.36 WhatsApp/2.23',
    ],
    [
      'the browser inside Facebook',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/440.0]',
    ],
    [
      'the browser inside Instagram',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 300.0.0.0',
    ],
    [
      'a phone that is called CUBOT',
      'Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
    ],
    ['an old phone with Opera Mini', 'Opera/9.80 (J2ME/MIDP; Opera Mini/9.80; U; en) Presto/2.5'],
  ])('counts %s', (_, userAgent) => {
    expect(judge({ 'user-agent': userAgent })).toBe('counted');
    expect(judge({ 'user-agent': userAgent, 'sec-fetch-dest': 'document' })).toBe('counted');
  });

  // Seen failing with isbot taken out, and with the scanners.
  it.each([
    ['WhatsApp/2.25.1 A', 'bot'],
    ['WhatsApp/2.2446.3 N', 'bot'],
    ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'bot'],
    ['facebookcatalog/1.0', 'bot'],
    ['meta-externalagent/1.1', 'bot'],
    ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'bot'],
    ['Twitterbot/1.0', 'bot'],
    ['TelegramBot (like TwitterBot)', 'bot'],
    ['LinkedInBot/1.0 (compatible; Mozilla/5.0)', 'bot'],
    ['Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)', 'bot'],
    ['Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5', 'bot'],
    ['MicrosoftPreview/2.0 +https://aka.ms/MicrosoftPreview', 'bot'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'bot'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120 Safari/537.36', 'bot'],
    ['curl/8.11.0', 'bot'],
    ['python-requests/2.32', 'bot'],
    ['Go-http-client/2.0', 'bot'],
    ['okhttp/4.12.0', 'bot'],
    ['node', 'bot'],
    ['x', 'bot'],
    ['BarracudaCentral Crawler', 'scanner'],
    ['Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Barracuda Sentinel)', 'scanner'],
    ['Mozilla/5.0 (compatible; Proofpoint URL Defense)', 'scanner'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Mimecast', 'scanner'],
    ['Mozilla/4.0 (compatible; ms-office; MSOffice 16)', 'scanner'],
    ['SafeLinks', 'scanner'],
    ['Mozilla/5.0 (compatible; FireEye)', 'scanner'],
  ])('does not count %s: %s', (userAgent, because) => {
    expect(judge({ 'user-agent': userAgent })).toBe(because);
  });

  // Seen failing with the headers' rule taken out.
  it.each([
    ['sec-purpose', 'prefetch'],
    ['sec-purpose', 'prefetch;prerender'],
    ['purpose', 'preview'],
    ['purpose', 'Prefetch'],
    ['x-purpose', 'preview'],
    ['x-moz', 'prefetch'],
  ])('does not count what is fetched ahead: %s: %s', (name, value) => {
    expect(judge({ 'user-agent': chrome, [name]: value })).toBe('prefetch');
  });

  it.each(['image', 'empty', 'script', 'iframe'])(
    'does not count what is not opened as a page: sec-fetch-dest: %s',
    (destination) => {
      expect(judge({ 'user-agent': chrome, 'sec-fetch-dest': destination })).toBe('not_a_page');
    },
  );

  it('does not count HEAD, whoever asks', () => {
    expect(judge({ 'user-agent': chrome }, { method: 'HEAD' })).toBe('head');
  });

  it.each([[undefined], [''], ['  ']])('does not count who gives no name: %j', (userAgent) => {
    expect(judge({ 'user-agent': userAgent })).toBe('no_user_agent');
  });

  it('does not count who is there before the message can have been read', () => {
    expect(judge({ 'user-agent': chrome }, { linkAgeMs: 400 })).toBe('before_it_could_be_read');
    expect(judge({ 'user-agent': chrome }, { linkAgeMs: 1_000 })).toBe('counted');
  });
});
