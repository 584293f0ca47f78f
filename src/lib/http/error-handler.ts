import type { ErrorRequestHandler, RequestHandler } from 'express';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import { UnknownPath } from './http-errors.ts';
import { problemOf } from './problem.ts';
import { requestIdOf } from './request-id.ts';

/** Answers whatever was thrown as problem+json, and logs what was not expected under the request's id. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error, req, res, next) => {
    const { problem, headers, isExpected } = problemOf(error);
    const requestId = requestIdOf(res);
    if (!isExpected) {
      log.error('request failed', {
        requestId,
        method: req.method,
        status: problem.status,
        code: problem.code,
        error: errorText(error),
        stack: error instanceof Error ? error.stack : undefined,
      });
    }
    if (res.headersSent) {
      next(error);
      return;
    }
    res
      .status(problem.status)
      .set(headers)
      .set('Cache-Control', 'no-store')
      .type('application/problem+json')
      .send(JSON.stringify({ ...problem, requestId }));
  };
}

/** Refuses whatever no route took. */
export const refuseUnknownPath: RequestHandler = () => {
  throw new UnknownPath('There is nothing at this path.');
};
