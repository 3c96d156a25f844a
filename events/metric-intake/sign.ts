import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { addDays, dayOf } from '../../shared/calendar/day.ts';

/** The development secret of source `bi` in the local stage; it opens nothing outside of this machine. */
export const devSecret = 'whsec_ZGV2LW1ldHJpYy1zb3VyY2Utc2VjcmV0LWxvY2Fs';

type WebhookEvent = {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestContext: object;
  readonly body: string;
  readonly isBase64Encoded: boolean;
};

/** Standard Webhooks headers for a body, as a sender writes them. */
export const signWebhook = (
  body: string,
  { secret = devSecret, id = `msg_${randomUUID()}`, at = new Date() } = {},
): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
};

/** The event that API Gateway (HTTP API, payload 2.0) hands to a Lambda. */
export const metricEvent = (
  body: string,
  headers: Readonly<Record<string, string>>,
  source = 'bi',
): WebhookEvent => ({
  version: '2.0',
  routeKey: 'POST /metrics/{source}',
  rawPath: `/metrics/${source}`,
  rawQueryString: '',
  headers,
  pathParameters: { source },
  requestContext: { http: { method: 'POST', path: `/metrics/${source}` }, stage: '$default' },
  body,
  isBase64Encoded: false,
});

/**
 * `plain/<name>.json`, signed now: a signature is good for five minutes, so a recorded one could not be replayed. `<now>`
 * and `<yesterday>` in it become this moment and yesterday's date, so that a replay wakes the digests of this morning.
 */
export const signed = (name: string, at = new Date()): WebhookEvent => {
  const body = readFileSync(new URL(`plain/${name}.json`, import.meta.url), 'utf8')
    .replaceAll('<now>', at.toISOString())
    .replaceAll('<yesterday>', addDays(dayOf(at), -1));
  return metricEvent(body, signWebhook(body, { at }));
};
