import winston from 'winston';

/** Facts of a log line: ids, counts, codes, durations. Never message text, tokens or addresses. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Writes events. `child` carries facts down to what it is passed to. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}

/** JSON lines on standard output, as operators' collectors read them. */
export function createLog(options: { level: string; role: string }): Log {
  return winston.createLogger({
    level: options.level,
    defaultMeta: { role: options.role },
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Console()],
  });
}

/** A log that writes nothing. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};
