import { createServer, type RequestListener } from 'node:http';
import { z } from 'zod';

/** What the bench tells a floor when it starts. */
export const FloorSettings = z.object({
  port: z.number(),
  databaseUrl: z.string(),
  appSecret: z.string(),
  poolSize: z.number(),
  graphUrl: z.string(),
  openaiBaseUrl: z.string(),
});

/** Answers null when the floor takes requests. */
export function listen(answers: RequestListener, port: number): Promise<null> {
  const server = createServer(answers);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(null));
  });
}
