import { errorFields, log } from '../../shared/log.ts';

type Counts = Readonly<Record<string, number>>;
/** Something that time brings about; reads what is due at `now`, and may run late or twice. */
export type Step = (now: Date) => Promise<Counts>;

/** One after the other. One that fails doesn't keep the others back; in the end the tick fails with its error. */
export const runSteps =
  (steps: Readonly<Record<string, Step>>) =>
  async (now: Date): Promise<Counts> => {
    let counts: Counts = {};
    const failures: unknown[] = [];
    for (const [step, run] of Object.entries(steps)) {
      try {
        counts = { ...counts, ...(await run(now)) };
      } catch (error) {
        log.error('step_failed', { step, ...errorFields(error) });
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return counts;
  };
