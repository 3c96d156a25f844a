import { errorFields, log } from '../log.ts';

/** A tick may come late, twice or not at all: it carries no time, the handler reads what is due now. */
export const isTick = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'detail-type' in event;

/** Runs one tick and logs its counts as one line. A throw lets Lambda repeat it; every step is idempotent. */
export const tick = async <T extends Readonly<Record<string, number>>>(
  name: string,
  run: (now: Date) => Promise<T>,
): Promise<T> => {
  const started = Date.now();
  try {
    const counts = await run(new Date(started));
    log.info(name, { ...counts, ms: Date.now() - started });
    return counts;
  } catch (error) {
    log.error(`${name}_failed`, { ...errorFields(error), ms: Date.now() - started });
    throw error;
  }
};
