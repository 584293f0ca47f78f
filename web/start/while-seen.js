const everyMs = 2_000;

/** Looks every two seconds, while somebody has the page in view. Who is away for a moment is asked again. */
export function whileSeen(look) {
  const forever = async () => {
    if (document.visibilityState === 'visible') await look().catch(() => {});
    setTimeout(forever, everyMs);
  };
  void forever();
}
