import { coalesced } from './coalesced.js';

/** Lists what the simulated model was asked since the last look; nothing where the model is real. */
export function modelCalls(simulator, demo, onCall) {
  let after;
  const read = coalesced(async () => {
    const requests = await simulator.modelRequests(after ?? 0);
    const fresh = after === undefined ? requests.slice(-1) : requests;
    after = requests.at(-1)?.sequence ?? after;
    for (const { path, status } of fresh) {
      onCall({
        from: 'rapport',
        to: 'OpenAI',
        method: 'POST',
        path,
        status,
        at: Date.now(),
      });
    }
  });
  return () => {
    if (simulator.isThere && demo.simulated.includes('openai')) read();
  };
}
