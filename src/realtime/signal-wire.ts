import { z } from 'zod';
import type { TransientSignal } from './signal-bus.ts';

/** What one process tells the others at once. */
export type Signals = { look: boolean; transients: TransientSignal[] };

const Typing = z.object({
  userId: z.string(),
  kind: z.literal('typing'),
  payload: z.object({
    conversationId: z.string(),
    author: z.enum(['customer', 'human']).exactOptional(),
  }),
});
const Delta = z.object({
  userId: z.string(),
  kind: z.literal('delta'),
  payload: z.object({
    conversationId: z.string(),
    turnId: z.string(),
    seenThrough: z.number(),
    text: z.string(),
    offset: z.number(),
  }),
});
const Packet = z.object({
  from: z.string(),
  look: z.boolean(),
  transients: z.array(z.discriminatedUnion('kind', [Typing, Delta])),
});

/** The signals as packets of at most `maxBytes` each. A transient that fits none is left out: it is only a hint. */
export function encodeSignals(processId: string, signals: Signals, maxBytes: number): string[] {
  const around = Buffer.byteLength(packet(processId, { look: false, transients: [] }));
  const packets: string[] = [];
  let taken: TransientSignal[] = [];
  let size = around;
  const close = (): void => {
    if (taken.length === 0 && !(signals.look && packets.length === 0)) return;
    const look = signals.look && packets.length === 0;
    packets.push(packet(processId, { look, transients: taken }));
    taken = [];
    size = around;
  };
  for (const signal of signals.transients) {
    const bytes = Buffer.byteLength(JSON.stringify(signal)) + 1;
    if (around + bytes > maxBytes) continue;
    if (size + bytes > maxBytes) close();
    taken.push(signal);
    size += bytes;
  }
  close();
  return packets;
}

/** The signals of another process; undefined for our own and for what we cannot read (another version's). */
export function decodeSignals(processId: string, text: string): Signals | undefined {
  // The server tells us our own too, as many as there are; they need no reading.
  if (text.startsWith(sender(processId))) return undefined;
  const read = Packet.safeParse(parseJson(text));
  return read.success && read.data.from !== processId ? read.data : undefined;
}

function packet(from: string, signals: Signals): string {
  const { look, transients } = signals;
  return `${sender(from)},${JSON.stringify({ look, transients }).slice(1)}`;
}

/** What a packet begins with. */
function sender(processId: string): string {
  return `{"from":${JSON.stringify(processId)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
