import express, { type Request, type Response } from 'express';

/**
 * The body of a request as it came, whatever its type. Rejects with what becomes 413 when it is larger; who takes
 * longer to send it is cut off.
 */
export async function readBytes(
  req: Request,
  res: Response,
  most: { bytes: number; ms: number },
): Promise<Buffer> {
  const read = express.raw({ type: () => true, limit: most.bytes, inflate: false });
  const impatient = setTimeout(() => req.destroy(), most.ms);
  try {
    await new Promise<void>((resolve, reject) => {
      void read(req, res, (error: unknown) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  } finally {
    clearTimeout(impatient);
  }
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}
