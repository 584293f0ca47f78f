import { describe, expect, it } from '@jest/globals';
import type { TransientSignal } from '../../src/realtime/signal-bus.ts';
import { decodeSignals, encodeSignals } from '../../src/realtime/signal-wire.ts';

const typing = (conversationId: string): TransientSignal => ({
  userId: 'usr_1',
  kind: 'typing',
  payload: { conversationId },
});

describe('encodeSignals', () => {
  it('makes one packet of a look and many transients, and none of nothing', () => {
    const transients = [typing('cnv_1'), typing('cnv_2')];

    const packets = encodeSignals('p1', { look: true, transients }, 7_999);

    expect(packets.map((packet) => decodeSignals('p2', packet))).toMatchObject([
      { look: true, transients },
    ]);
    expect(encodeSignals('p1', { look: false, transients: [] }, 7_999)).toEqual([]);
  });

  // Seen failing with `if (size + bytes > maxBytes) close()` taken out.
  it('keeps each packet below the limit in bytes, losing none and repeating none', () => {
    const transients = Array.from({ length: 500 }, (_, index) => typing(`cnv_ñ✓_${index}`));

    const packets = encodeSignals('p1', { look: true, transients }, 7_999);
    const read = packets.flatMap((packet) => decodeSignals('p2', packet) ?? []);

    expect(Math.max(...packets.map((packet) => Buffer.byteLength(packet)))).toBeLessThan(8_000);
    expect(read.flatMap((signals) => signals.transients)).toEqual(transients);
    expect(read.filter(({ look }) => look)).toHaveLength(1);
  });

  it('leaves out what fits no packet, and keeps its neighbours', () => {
    const transients = [typing('cnv_1'), typing('x'.repeat(9_000)), typing('cnv_2')];

    const packets = encodeSignals('p1', { look: false, transients }, 7_999);

    expect(packets.map((packet) => decodeSignals('p2', packet)?.transients)).toEqual([
      [typing('cnv_1'), typing('cnv_2')],
    ]);
  });
});

describe('decodeSignals', () => {
  it('ignores our own packets and what it cannot read', () => {
    const [own] = encodeSignals('p1', { look: true, transients: [] }, 7_999);

    expect([own ?? '', 'no json', '{}', 'null'].map((text) => decodeSignals('p1', text))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
