import { AppError, codeOf } from './errors.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

const write = (level: string, event: string, fields: LogFields): void => {
  process.stdout.write(`${JSON.stringify({ level, event, at: new Date().toISOString(), ...fields })}\n`);
};

/** One JSON line each: ids, codes, counts, durations. Never headers, bodies, phones or tokens. */
export const log = {
  info: (event: string, fields: LogFields = {}): void => {
    write('info', event, fields);
  },
  warn: (event: string, fields: LogFields = {}): void => {
    write('warn', event, fields);
  },
  error: (event: string, fields: LogFields = {}): void => {
    write('error', event, fields);
  },
};

/**
 * What may be said about an error: its code, its name and, for our own errors, the message (which never holds values).
 * A foreign message may quote a request, so only its class and stack frames are kept.
 */
export const errorFields = (error: unknown): LogFields => {
  if (error instanceof AppError) return { code: codeOf(error), error: error.name, message: error.message };
  if (!(error instanceof Error)) return { code: 'internal', error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { code: 'internal', error: error.name, stack: frames.slice(0, 4).join(' | ') };
};
