import fc from 'fast-check';

/** Events delivered one or more times each, in any order, and in batches of any size. */
export function deliveriesOf<Event>(event: fc.Arbitrary<Event>): fc.Arbitrary<Event[][]> {
  return fc
    .array(event, { minLength: 1, maxLength: 15 })
    .chain((events) =>
      fc.tuple(
        fc.array(fc.constantFrom(...events), { maxLength: 10 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
        fc.shuffledSubarray(events, { minLength: events.length }),
      ),
    )
    .chain(([repeated, sizes, events]) => {
      const all = [...events, ...repeated];
      return fc
        .shuffledSubarray(all, { minLength: all.length })
        .map((mixed) => inBatches(mixed, sizes));
    });
}

function inBatches<Event>(events: Event[], sizes: Iterable<number>): Event[][] {
  const batches: Event[][] = [];
  let taken = 0;
  for (const size of sizes) {
    if (taken >= events.length) break;
    batches.push(events.slice(taken, taken + size));
    taken += size;
  }
  return batches;
}
