import { subscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import { machineNowMs } from './clock.ts';

/** When the model was asked about the message of a number, wrote the first words of its answer, and had written all. */
export type ModelTimes = { number: number; askedAtMs: number; firstAtMs: number; lastAtMs: number };

/** Times the streamed answers of the simulator that runs in this process, between `record` and `take`. */
export function watchModel(): { record(): null; take(): ModelTimes[] } {
  let recorded: Map<IncomingMessage, ModelTimes> | undefined;

  // Receipt is taken before the simulator has done anything with the request.
  subscribe('http.server.request.start', (message) => {
    const request = requestIn(message);
    if (recorded === undefined || request?.url !== '/v1/responses') return;
    const times = { number: 0, askedAtMs: machineNowMs(), firstAtMs: 0, lastAtMs: 0 };
    recorded.set(request, times);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      times.number = Number(lastNumber(Buffer.concat(chunks).toString('latin1')) ?? 0);
    });
  });
  subscribe('simulators.openai.streamed', (message) => {
    const request = requestIn(message);
    const times = request === undefined ? undefined : recorded?.get(request);
    if (times === undefined) return;
    if (isDelta(message) && times.firstAtMs === 0) times.firstAtMs = machineNowMs();
    times.lastAtMs = machineNowMs();
  });

  return {
    record() {
      recorded = new Map();
      return null;
    },
    take() {
      const taken = [...(recorded?.values() ?? [])];
      recorded = undefined;
      return taken;
    },
  };
}

/** Customers' messages end with their number in parentheses. */
export function lastNumber(body: string): string | undefined {
  return [...body.matchAll(/\((\d+)\)"/g)].at(-1)?.[1];
}

function isDelta(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'response.output_text.delta'
  );
}

/** The request that a message of a diagnostics channel is about. */
export function requestIn(message: unknown): IncomingMessage | undefined {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined;
  return message.request instanceof IncomingMessage ? message.request : undefined;
}
