/**
 * Listens for the signals that ask a process to stop. A second one, or 9 s, ends it at once: whoever
 * stops it waits for no more than 10 s, and what it held is taken up by others.
 */
export function stopOnSignal(): { received: Promise<void> } {
  const received = new Promise<void>((resolve) => {
    let count = 0;
    const stop = (): void => {
      count += 1;
      if (count > 1) process.exit(1);
      setTimeout(() => process.exit(1), 9_000).unref();
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
  return { received };
}
