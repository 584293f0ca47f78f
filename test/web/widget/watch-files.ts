import type { Page } from 'playwright-core';

/** What went up from a page to the real server. */
export type WatchedFiles = {
  uploads: { name: string; type: string; isVoiceNote: boolean; bytes: number; id: string }[];
  messages: { text?: string; attachmentIds?: string[] }[];
  /** The next upload does not reach the server: it is answered with this problem. */
  refuse: { status: number; detail: string } | undefined;
};

const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };

/** Looks on at what has to do with files; a test sees what was sent and what the server made of it. */
export async function watchFiles(page: Page): Promise<WatchedFiles> {
  const watched: WatchedFiles = { uploads: [], messages: [], refuse: undefined };
  await page.route('**/webchat/uploads', async (route) => {
    const request = route.request();
    if (request.method() === 'OPTIONS') return route.continue();
    if (watched.refuse !== undefined) {
      const { status, ...body } = watched.refuse;
      watched.refuse = undefined;
      return route.fulfill({ status, headers: cors, json: body });
    }
    const response = await route.fetch();
    const headers = request.headers();
    if (response.ok()) {
      watched.uploads.push({
        name: decodeURIComponent(headers['x-filename'] ?? ''),
        type: headers['content-type'] ?? '',
        isVoiceNote: headers['x-voice-note'] === 'true',
        bytes: request.postDataBuffer()?.length ?? 0,
        id: String((await response.json()).attachmentId),
      });
    }
    return route.fulfill({ response });
  });
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/webchat/messages')) {
      watched.messages.push(request.postDataJSON());
    }
  });
  return watched;
}
