import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { z } from 'zod';
import { errorCode } from '../error-code.ts';

/** A file that a route answers instead of JSON. */
export type AnsweredFile = { contentType: string; name: string };

/** The text of a file, piece by piece as it is made: however long it is, little of it is in memory. */
export const Pieces = z.custom<AsyncIterable<string>>(
  (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
);

/**
 * Sends a file as it is made, no faster than it is taken. What fails before the first piece is thrown; what
 * fails later breaks the connection off, so that nobody takes a part for the whole. Who hangs up is let go.
 */
export async function sendFile(res: Response, file: AnsweredFile, answer: unknown): Promise<void> {
  const pieces = Pieces.parse(answer)[Symbol.asyncIterator]();
  const first = await pieces.next();
  res.set({
    'Content-Type': file.contentType,
    'Content-Disposition': `attachment; filename="${file.name}"`,
  });
  try {
    await pipeline(Readable.from(startingWith(first, pieces)), res);
  } catch (error) {
    if (errorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* startingWith(
  first: IteratorResult<string>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string> {
  try {
    for (let piece = first; piece.done !== true; piece = await rest.next()) yield piece.value;
  } finally {
    await rest.return?.();
  }
}
