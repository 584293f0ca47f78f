import { Agent, request } from 'node:http';
import { answerCalls } from '../children/calls.ts';
import { floorApp, type StoredMessage } from './floor-app.ts';
import { FloorSettings, listen } from './listen.ts';

type Providers = { graphUrl: string; openaiBaseUrl: string };
type ModelAnswer = { output: { type: string; content?: { text?: string }[] }[] };

const agent = new Agent({ keepAlive: true, scheduling: 'lifo', maxFreeSockets: 512 });

answerCalls({
  start(payload) {
    const settings = FloorSettings.parse(payload);
    const afterAnswer = (message: StoredMessage): void => {
      reply(settings, message).catch((error: unknown) => {
        process.stderr.write(`the floor lost a reply: ${String(error)}\n`);
      });
    };
    return listen(floorApp({ ...settings, afterAnswer }), settings.port);
  },
});

/** One call to the model, one to Graph: no history, no record of either, nothing done again. */
async function reply(
  providers: Providers,
  { accountId, from, text }: StoredMessage,
): Promise<void> {
  const answer = await post(`${providers.openaiBaseUrl}/responses`, {
    model: 'bench-model',
    instructions: 'Answer kindly.',
    input: [{ role: 'user', content: text }],
    store: false,
  });
  const parsed: ModelAnswer = JSON.parse(answer);
  const said = parsed.output.find(({ type }) => type === 'message')?.content?.[0]?.text ?? '';
  await post(`${providers.graphUrl}/v25.0/${accountId}/messages`, {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: `+${from}`,
    type: 'text',
    text: { preview_url: false, body: said },
  });
}

function post(url: string, body: unknown): Promise<string> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent,
      method: 'POST',
      headers: {
        authorization: 'Bearer bench',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        received += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(received);
        else reject(new Error(`${response.statusCode}: ${received}`));
      });
    });
    outgoing.end(text);
  });
}
