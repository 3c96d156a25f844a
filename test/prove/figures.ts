import { biQueries } from '../../config/queries/bi.ts';
import type { MetricSource, QueryReply, Watermark } from '../../shared/connectors/metric-source.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import { UpstreamError } from '../../shared/errors.ts';
import { type Bi, startBi } from '../../simulator/bi/start.ts';
import { passGate } from './libraries.ts';

/** What the BI answered, by question: asked once of the real one, then the same for every seed. */
export type Figures = Readonly<Record<string, QueryReply | Watermark>>;

let known: Record<string, QueryReply | Watermark> = {};
let askLive: (() => Promise<MetricSource>) | undefined;

export const useFigures = (figures: Figures): void => {
  known = { ...figures };
};

/** Answers questions from the real BI while `run` runs, which starts with the first; resolves to all that was asked. */
export const recordFigures = async (today: string, run: () => Promise<void>): Promise<Figures> => {
  let started: Promise<{ readonly bi: Bi; readonly source: MetricSource }> | undefined;
  const start = async () => {
    const bi = await startBi({ today });
    return { bi, source: sqlSource({ id: 'bi', url: bi.url, queries: biQueries }) };
  };
  askLive = async () => (await (started ??= start())).source;
  try {
    await run();
    return known;
  } finally {
    askLive = undefined;
    const { bi, source } = (await started) ?? {};
    await source?.close();
    await bi?.close();
  }
};

const remembered = async <T extends QueryReply | Watermark>(
  question: string,
  ask: (source: MetricSource) => Promise<T>,
): Promise<T> => {
  const reply = known[question];
  if (reply) return structuredClone(reply) as T;
  if (!askLive) throw new UpstreamError('source_query_failed', `nobody has asked before: ${question}`);
  return (known[question] = await ask(await askLive()));
};

const failing = (): Promise<never> =>
  Promise.reject(new UpstreamError('source_unavailable', 'proved: no connection'));

const gated = async <T extends QueryReply | Watermark>(
  operation: string,
  question: string,
  ask: (source: MetricSource) => Promise<T>,
): Promise<T> => {
  const request = {
    service: 'source',
    operation: `source ${operation}`,
    key: 'source',
    timeoutMs: 5_000,
  } as const;
  return (await passGate({ ...request, execute: () => remembered(question, ask), fail: failing })) as T;
};

/** The BI behind the gate: a digest's questions are I/O calls like any other. */
export const gatedSource = (): MetricSource => ({
  id: 'bi',
  run: (query, params) =>
    gated(query, JSON.stringify([query, params]), (source) => source.run(query, params)),
  watermark: () => gated('watermark', 'watermark', (source) => source.watermark()),
  close: () => Promise.resolve(),
});
