/** Works on items in their order, so many at once; begins none once `isOver` says so. Rejects with the first that fails. */
export async function inTurns<Item>(
  items: Item[],
  options: { atOnce: number; isOver?: () => boolean },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const takeTurns = async (): Promise<void> => {
    for (const item of waiting) {
      if (options.isOver?.() === true) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, takeTurns));
}
