import {
  Agent,
  type IncomingMessage,
  type RequestListener,
  request,
  type ServerResponse,
} from 'node:http';
import { answerCalls } from '../children/calls.ts';
import { FloorSettings, listen } from './listen.ts';

type ModelEvent = { type: string; delta?: string };

const agent = new Agent({ keepAlive: true, scheduling: 'lifo', maxFreeSockets: 512 });
const streams = new Map<string, ServerResponse>();
const written = new Map<string, number>();
let sessions = 0;

answerCalls({
  start(payload) {
    const { port, openaiBaseUrl } = FloorSettings.parse(payload);
    const answers: RequestListener = (incoming, response) => {
      answer(openaiBaseUrl, incoming, response).catch((error: unknown) => {
        process.stderr.write(`the floor lost a visitor: ${String(error)}\n`);
      });
    };
    return listen(answers, port);
  },
});

/**
 * The least that could be called a web chat: who has a token gets a stream, each message is put to the model, and each
 * piece of the answer is passed on as it comes. Nothing is stored, and nobody asks whose token it is.
 */
async function answer(
  openaiBaseUrl: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = incoming.headers.authorization ?? '';
  if (incoming.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    streams.set(token, response);
    return;
  }
  const body = JSON.parse(await textOf(incoming));
  if (incoming.url === '/webchat/sessions') {
    sessions += 1;
    return sendJson(response, 200, { token: `visitor-${sessions}` });
  }
  const message = say(token, { author: 'customer', text: body.text });
  sendJson(response, 201, message);
  await reply(openaiBaseUrl, token, body.text);
}

async function reply(openaiBaseUrl: string, token: string, asked: string): Promise<void> {
  const model = await askModel(`${openaiBaseUrl}/responses`, {
    model: 'bench-model',
    instructions: 'Answer kindly.',
    input: [{ role: 'user', content: asked }],
    store: false,
    stream: true,
  });
  let said = '';
  let rest = '';
  model.setEncoding('utf8');
  for await (const chunk of model) {
    const blocks = (rest + String(chunk)).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event: ModelEvent = JSON.parse(block.slice(block.indexOf('\ndata: ') + 7));
      if (event.type !== 'response.output_text.delta') continue;
      const text = event.delta ?? '';
      tell(token, 'delta', { text, offset: said.length });
      said += text;
    }
  }
  say(token, { author: 'ai', text: said });
}

function say(token: string, message: { author: string; text: string }) {
  const sequenceNo = (written.get(token) ?? 0) + 1;
  written.set(token, sequenceNo);
  const numbered = { sequenceNo, ...message };
  tell(token, 'message', numbered);
  return numbered;
}

function tell(token: string, event: string, data: unknown): void {
  streams.get(token)?.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function askModel(url: string, body: unknown): Promise<IncomingMessage> {
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
    outgoing.on('response', resolve);
    outgoing.end(text);
  });
}
