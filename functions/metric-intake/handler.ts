import * as z from 'zod';
import { jsonText, readEnv } from '../../shared/config.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { type HttpReply, type HttpRequest, http } from '../../shared/lambda/http.ts';
import { log } from '../../shared/log.ts';
import { type Metrics, metrics } from '../../shared/store/metrics.ts';
import { verifyWebhook, webhookSecretSchema } from '../../shared/webhook.ts';
import { readMessage } from './message.ts';

const sourceSchema = z.object({
  source: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  secrets: z.array(webhookSecretSchema).min(1).max(4),
});

export type MetricIntakeDeps = {
  readonly sources: readonly z.output<typeof sourceSchema>[];
  readonly metrics: Metrics;
  readonly now: () => Date;
};

const record = async (deps: MetricIntakeDeps, source: string, text: string): Promise<readonly boolean[]> => {
  const receivedAt = deps.now();
  const { type, data } = readMessage(text, receivedAt);
  if (type === 'points.recorded') {
    const { asOf, points } = data;
    return Promise.all(
      points.map((point) => deps.metrics.recordPoint({ source, asOf, ...point }, receivedAt)),
    );
  }
  const completion = { asOf: data.asOf, readyAt: receivedAt.toISOString() };
  return [await deps.metrics.recordReady(source, data.day, completion)];
};

/** Answers only when everything is stored; the id comes last, so a crash in between makes the repeat do it all again. */
export const receiveMetrics =
  (deps: MetricIntakeDeps) =>
  async (request: HttpRequest): Promise<HttpReply> => {
    const known = deps.sources.find(({ source }) => source === request.path['source']);
    if (!known) throw new NotFoundError('unknown_source', 'no such metric source');
    const { source, secrets } = known;

    const { id } = verifyWebhook(request, secrets, deps.now());
    if (await deps.metrics.knowsMessage(source, id)) return { json: { duplicate: true, recorded: 0 } };

    const changes = await record(deps, source, request.rawBody);
    await deps.metrics.rememberMessage(source, id, deps.now());
    const recorded = changes.filter(Boolean).length;
    log.info('metrics_received', { source, id, recorded, unchanged: changes.length - recorded });
    return { json: { duplicate: false, recorded } };
  };

const env = readEnv({
  METRIC_SOURCES: jsonText(z.array(sourceSchema).min(1)),
  METRICS_TABLE: z.string().min(1),
});

export const handler = http(
  receiveMetrics({ sources: env.METRIC_SOURCES, metrics: metrics(env.METRICS_TABLE), now: () => new Date() }),
);
