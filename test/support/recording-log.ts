import type { Log, LogFields } from '../../src/lib/log.ts';

/** What was logged, and a log that keeps it. */
export type RecordingLog = {
  log: Log;
  lines: { level: string; message: string; fields: LogFields }[];
};

/** A log whose lines a test can look at. */
export function recordingLog(): RecordingLog {
  const lines: RecordingLog['lines'] = [];
  const logWith = (carried: LogFields): Log => {
    const write =
      (level: string) =>
      (message: string, fields: LogFields = {}): void => {
        lines.push({ level, message, fields: { ...carried, ...fields } });
      };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => logWith({ ...carried, ...fields }),
    };
  };
  return { log: logWith({}), lines };
}
