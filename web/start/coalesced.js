/** Runs once for many calls within a moment; a failure is left to the next call. */
export function coalesced(work) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => work().catch(() => {}), 150);
  };
}
