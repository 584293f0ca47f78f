import type { RequestHandler, Response } from 'express';
import type { NewId } from '../ids.ts';

const header = 'X-Request-Id';
const form = /^[\w.-]{1,64}$/;

/** Gives every request an id, its sender's if that is a plain one, and says it in the answer. */
export function requestIds(newId: NewId): RequestHandler {
  return (req, res, next) => {
    const given = req.get(header);
    res.setHeader(header, given !== undefined && form.test(given) ? given : newId('req'));
    next();
  };
}

/** The id of the request that is being answered. */
export function requestIdOf(res: Response): string {
  return String(res.getHeader(header) ?? '');
}
