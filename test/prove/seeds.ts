import { ticketSources } from './case-intake.ts';
import { callbackKeys } from './feishu-pushes.ts';
import { type Figures, recordFigures, useFigures } from './figures.ts';
import { metricSources } from './intake.ts';
import { catchCalls, type Distort } from './libraries.ts';
import { type Counted, cleanPlan, everyStrike, planOf, stormyPlan } from './plan.ts';
import { type Flow, type Run, runSeed, type Size } from './stage.ts';
import { installVirtualTime } from './virtual-time.ts';
import { setEnvironment } from './world.ts';

/** Loaded when it is played: the generator of cards takes a second. */
export const flows: Readonly<Record<string, () => Promise<Flow>>> = {
  digest: async () => (await import('./digest-flow.ts')).digestFlow,
  alert: async () => (await import('./alert-flow.ts')).alertFlow,
  ticket: async () => (await import('./ticket-flow.ts')).ticketFlow,
  broadcast: async () => (await import('./broadcast-flow.ts')).broadcastFlow,
  cards: async () => (await import('./cards-flow.ts')).cardsFlow,
};

export const smallSize: Size = { people: 8, digests: 1 };

/** What the clean run leaves for the seeds. */
export type Ground = {
  readonly counted: Counted;
  readonly figures: Figures;
  readonly clean: Omit<Run, 'counted'>;
};

/** Opens nothing outside of this machine. */
const evidenceKey = 'MC4CAQAwBQYDK2VwBCIEIGRldi1ldmlkZW5jZS1rZXktZm9yLWxvY2FsLW9ubHkh';

/** Once per process, before any function is loaded. */
export const prepareProcess = (): void => {
  setEnvironment();
  Object.assign(process.env, {
    METRIC_SOURCES: metricSources,
    TICKET_SOURCES: ticketSources,
    SEAL_KEYS: JSON.stringify([Buffer.alloc(32, 'prove').toString('base64')]),
    FEISHU_CALLBACK_KEYS: callbackKeys,
    CARD_ANSWER: 'card',
    EVIDENCE_KEYS: JSON.stringify([evidenceKey]),
    WORKBENCH_URL: 'https://zhida.example/workbench',
    WECOM_APPS: '[]',
    WECOM_URL: 'http://127.0.0.1:9',
    JOIN_KEYS: JSON.stringify([Buffer.alloc(32, 'join').toString('base64')]),
  });
  catchCalls();
  installVirtualTime();
};

/** Plays the flow with nothing wrong: counts its calls and asks the BI. */
export const layGround = async (flow: Flow, size: Size): Promise<Ground> => {
  let run: Run | undefined;
  const figures = await recordFigures(flow.startIso.slice(0, 10), async () => {
    run = await runSeed({ flow, plan: cleanPlan, size });
  });
  if (!run) throw new Error('the clean run did not happen');
  const { counted, ...clean } = run;
  return { counted, figures, clean };
};

/** A few people in a storm; without one of the ledger's parts when `distort` takes it out. */
export const proveInStorm = (
  flow: Flow,
  { figures }: Ground,
  { seed, distort }: { readonly seed: number; readonly distort?: Distort },
): Promise<Run> => {
  useFigures(figures);
  return runSeed({ flow, plan: stormyPlan(seed), size: smallSize, ...(distort && { distort }) });
};

export type Prover = (seed: number) => Promise<Run>;

export const prover = (flow: Flow, size: Size, { counted, figures }: Ground): Prover => {
  useFigures(figures);
  const strikes = everyStrike(counted);
  return (seed) => runSeed({ flow, plan: planOf(seed, strikes), size });
};
