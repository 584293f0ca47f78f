import { subscribe } from 'node:diagnostics_channel';
import { z } from 'zod';
import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import { answerCalls, tellParent } from './calls.ts';
import { machineNowMs } from './clock.ts';
import { lastNumber, requestIn, watchModel } from './model-times.ts';

const Start = z.object({ appSecret: z.string() });
const Configure = z.object({
  webhookUrl: z.string(),
  statuses: z.boolean(),
  modelLatencyMs: z.number(),
  streamDeltaMs: z.number(),
});

const reportEveryMs = 4;

let simulators: RunningSimulators | undefined;
/** When the model was asked about the message of a number, and when a customer was sent something. */
let arrivals: { of: 'model' | 'send'; key: string; atMs: number }[] | undefined;
let reported = 0;
let peakInFlight = 0;
const model = watchModel();

answerCalls({
  async start(payload) {
    const { appSecret } = Start.parse(payload);
    simulators = await startSimulators({ appSecret, webhookUrl: '', record: 'count' });
    setInterval(report, reportEveryMs);
    const { graphUrl, openaiBaseUrl } = simulators;
    return { graphUrl, openaiBaseUrl };
  },
  configure(payload) {
    running().configure(Configure.parse(payload));
    return null;
  },
  counters() {
    return { ...running().counters, atMs: machineNowMs() };
  },
  /** From now on, how many sends came is told as it happens. */
  watch() {
    reported = running().counters.sendsAccepted;
    peakInFlight = 0;
    return null;
  },
  peakInFlight: () => peakInFlight,
  recordArrivals() {
    arrivals = [];
    return null;
  },
  takeArrivals() {
    const taken = arrivals ?? [];
    arrivals = undefined;
    return taken;
  },
  recordModel: () => model.record(),
  takeModel: () => model.take(),
});

// Receipt is taken before the simulator has done anything with the request.
subscribe('http.server.request.start', (message) => {
  if (arrivals === undefined) return;
  const request = requestIn(message);
  const of = request?.url === '/v1/responses' ? 'model' : 'send';
  if (request === undefined || (of === 'send' && request.url?.endsWith('/messages') !== true))
    return;
  const atMs = machineNowMs();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('latin1');
    const key = of === 'model' ? lastNumber(body) : /"to":"\+?(\d+)"/.exec(body)?.[1];
    if (key !== undefined) arrivals?.push({ of, key, atMs });
  });
});

function running(): RunningSimulators {
  if (simulators === undefined) throw new Error('the simulators are not started');
  return simulators;
}

function report(): void {
  const { counters } = running();
  const { modelRequests, modelAnswers, modelErrors, modelAborted } = counters;
  peakInFlight = Math.max(peakInFlight, modelRequests - modelAnswers - modelErrors - modelAborted);
  const news = counters.sendsAccepted - reported;
  if (news <= 0) return;
  reported = counters.sendsAccepted;
  tellParent('answered', news);
}
