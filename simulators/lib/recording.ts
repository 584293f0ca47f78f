/** The last things that happened, in order, never more than twice the limit in memory. */
export type Recording<Entry> = {
  add(entry: Entry): void;
  /** The last `limit` entries, oldest first. */
  entries(): Entry[];
  clear(): void;
};

/** A bounded list. Old entries are cut off in blocks, so that adding costs the same however long it runs. */
export function createRecording<Entry>(limit: () => number): Recording<Entry> {
  let kept: Entry[] = [];
  return {
    add(entry) {
      kept.push(entry);
      if (kept.length > limit() * 2) kept = kept.slice(-limit());
    },
    entries: () => (limit() > 0 ? kept.slice(-limit()) : []),
    clear() {
      kept = [];
    },
  };
}
