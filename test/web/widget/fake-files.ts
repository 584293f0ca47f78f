import type { Page, Route } from 'playwright-core';

/** What came up from a page, and how it was answered. */
export type FakeFiles = {
  uploads: { name: string; type: string; isVoiceNote: boolean; bytes: number }[];
  messages: { text?: string; attachmentIds?: string[] }[];
  /** The next upload is answered with this problem. */
  refuse: { status: number; detail: string } | undefined;
};

const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
// A square of one colour.
const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#7a9e7e"/></svg>';

/** Stands between a page and the server for what has to do with files; a test sees what was sent. */
export async function fakeFiles(page: Page): Promise<FakeFiles> {
  const fake: FakeFiles = { uploads: [], messages: [], refuse: undefined };
  const known = new Map<string, object>();
  await page.route('**/files/*', (route) =>
    route.fulfill({ body: picture, contentType: 'image/svg+xml' }),
  );
  await page.route('**/webchat/uploads', async (route) => {
    if (route.request().method() === 'OPTIONS')
      return route.fulfill({ status: 204, headers: cors });
    if (fake.refuse !== undefined) {
      const { status, ...body } = fake.refuse;
      fake.refuse = undefined;
      return json(route, status, body);
    }
    const headers = route.request().headers();
    const name = decodeURIComponent(headers['x-filename'] ?? '');
    const type = headers['content-type'] ?? '';
    const isVoiceNote = headers['x-voice-note'] === 'true';
    const bytes = route.request().postDataBuffer()?.length ?? 0;
    fake.uploads.push({ name, type, isVoiceNote, bytes });
    const attachment = {
      attachmentId: `att_${fake.uploads.length}`,
      kind: kindOf(type),
      mimeType: type,
      filename: name,
      sizeBytes: bytes,
      isVoiceNote,
      width: type.startsWith('image/') ? 600 : null,
      height: type.startsWith('image/') ? 400 : null,
      url: `/files/${fake.uploads.length}`,
      thumbnailUrl: type.startsWith('image/') ? `/files/${fake.uploads.length}` : null,
    };
    known.set(attachment.attachmentId, attachment);
    return json(route, 201, attachment);
  });
  await page.route('**/webchat/messages', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const body = route.request().postDataJSON();
    fake.messages.push(body);
    return json(route, 201, {
      messageId: `msg_${fake.messages.length}`,
      conversationId: '',
      sequenceNo: fake.messages.length,
      clientMessageId: body.clientMessageId,
      sender: 'visitor',
      author: 'customer',
      text: body.text ?? '',
      attachments: (body.attachmentIds ?? []).map((id: string) => known.get(id)),
      timestamp: new Date().toISOString(),
    });
  });
  return fake;
}

function kindOf(type: string): string {
  return ['image', 'audio', 'video'].find((kind) => type.startsWith(kind)) ?? 'document';
}

function json(route: Route, status: number, body: object): Promise<void> {
  return route.fulfill({ status, headers: cors, json: body });
}
