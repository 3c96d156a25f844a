import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `holds` answers true; fails after `withinMs`. */
export const until = async (holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> => {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not true within ${withinMs} ms: ${holds.toString()}`);
    await sleep(10);
  }
};
