import { type RunningSimulators, startSimulators } from '../../simulators/start.ts';
import type { HttpPost } from '../../src/notifications/notifiers/http-post.ts';
import { createHttpPost } from '../../src/notifications/notifiers/http-post.ts';

/** The simulated inbox, and the way there. */
export type PostStage = { simulators: RunningSimulators; http: HttpPost; close(): Promise<void> };

/** Starts both; a post takes at most half a second. */
export async function startPostStage(): Promise<PostStage> {
  const simulators = await startSimulators({ webhookUrl: 'http://127.0.0.1:1/', appSecret: 's' });
  const http = createHttpPost({ mayReachPrivateAddresses: true, timeoutMs: 500 });
  return {
    simulators,
    http,
    async close() {
      await http.close();
      await simulators.close();
    },
  };
}
