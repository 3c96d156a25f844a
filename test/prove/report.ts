import * as z from 'zod';
import { type Counted, everyStrike } from './plan.ts';

const findingSchema = z.object({
  kind: z.enum(['duplicate', 'miss', 'violation', 'unknown']),
  what: z.string(),
});

/** One seed as it went. */
export const reportSchema = z.object({
  seed: z.number(),
  failed: z.boolean(),
  findings: z.array(findingSchema).readonly(),
  hit: z.array(z.object({ site: z.string(), occurrence: z.number(), fault: z.string() })).readonly(),
  struck: z.array(z.string()).readonly(),
  logs: z.array(z.string()).readonly(),
  calls: z.number(),
  invocations: z.number(),
  virtualMinutes: z.number(),
});
export type Report = z.output<typeof reportSchema>;

export const sum = (...numbers: readonly number[]): number =>
  numbers.reduce((total, each) => total + each, 0);

const shown = 40;

/** A failing seed, or one that was asked for alone, prints its schedule and the last words of its functions. */
export const describeRun = (report: Report, isAlone: boolean): readonly string[] => {
  const { seed, failed, findings, struck, logs, calls, invocations, virtualMinutes } = report;
  const facts = `${calls} calls, ${invocations} invocations, ${virtualMinutes} virtual minutes, ${struck.length} faults`;
  const line = `seed ${seed} ${failed ? 'FAILED' : 'ok'}: ${facts}`;
  // What fails the seed first: of what is only unknown there may be hundreds.
  const worstFirst = findings.toSorted((a, b) => Number(a.kind === 'unknown') - Number(b.kind === 'unknown'));
  const found = worstFirst.map(({ kind, what }) => `  ${kind}: ${what}`);
  if (!failed && !isAlone) return [line, ...found];
  const schedule = struck.map((each) => `  ${each}`);
  const words = logs.slice(-shown).map((each) => `  ${each}`);
  const again = failed && !isAlone ? [`  again: npm run prove -- --seed ${seed}`] : [];
  return [
    line,
    ...found.slice(0, shown),
    ' schedule',
    ...schedule,
    ...(words.length > 0 ? [' last words', ...words] : []),
    ...again,
  ];
};

type Proof = {
  readonly flow: string;
  readonly people: number;
  readonly digests: number;
  readonly reports: readonly Report[];
  readonly counted: Counted;
};

/** The last line. `points`: every fault at every call of the clean run; `covered`: those that struck in these seeds. */
export const summarise = ({ flow, people, digests, reports, counted }: Proof) => {
  const count = (kind: string): number =>
    sum(...reports.map(({ findings }) => findings.filter((each) => each.kind === kind).length));
  const struck = new Set(
    reports.flatMap(({ hit }) => hit.map(({ site, occurrence, fault }) => `${site}#${occurrence} ${fault}`)),
  );
  return {
    flow,
    seeds: reports.length,
    duplicates: count('duplicate'),
    misses: count('miss'),
    violations: count('violation'),
    unknown: count('unknown'),
    failedSeeds: reports.filter(({ failed }) => failed).map(({ seed }) => seed),
    people,
    digests,
    callsWhenClean: sum(...Object.values(counted)),
    calls: sum(...reports.map(({ calls }) => calls)),
    faults: sum(...reports.map((report) => report.struck.length)),
    points: everyStrike(counted).length,
    covered: struck.size,
  };
};
