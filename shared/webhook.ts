import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { UnauthenticatedError } from './errors.ts';
import type { HttpRequest } from './lambda/http.ts';

/** Seconds, either way: github.com/standard-webhooks/standard-webhooks, "Verifying webhook timestamp". */
const toleranceSeconds = 300;

const keySchema = z.string().check(
  z.trim(),
  z.refine((text) => /^(whsec_)?[A-Za-z0-9+/]+={0,2}$/.test(text), 'is not whsec_ and base64'),
);

/** `whsec_…` → the key. Standard Webhooks asks for 24 to 64 bytes. */
export const webhookSecretSchema = z
  .pipe(
    keySchema,
    z.transform((text) => Buffer.from(text.replace(/^whsec_/, ''), 'base64')),
  )
  .check(z.refine((key) => key.length >= 24 && key.length <= 64, 'is not 24 to 64 bytes long'));

type Claim = { readonly id: string; readonly timestamp: string; readonly signatures: string };

const claimOf = ({ headers }: Pick<HttpRequest, 'headers'>): Claim => {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const signatures = headers['webhook-signature'] ?? '';
  // A dot in the id would let a signed `id.timestamp.body` be cut in another place: `a.1` + `2` is `a` + `1.2`.
  const readable = /^[!-~]{1,256}$/.test(id) && !id.includes('.') && /^\d{1,12}$/.test(timestamp);
  if (readable && signatures !== '') return { id, timestamp, signatures };
  throw new UnauthenticatedError(
    'webhook_headers_missing',
    'webhook-id, webhook-timestamp (seconds) and webhook-signature are needed',
  );
};

const isSigned = ({ id, timestamp, signatures }: Claim, body: Buffer, key: Buffer): boolean => {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  const expected = Buffer.from(`v1,${mac.digest('base64')}`);
  return signatures
    .split(' ')
    .map((signature) => Buffer.from(signature))
    .some((claimed) => claimed.length === expected.length && timingSafeEqual(claimed, expected));
};

/**
 * Proves that a Standard Webhooks message was sent lately by who holds one of the `keys`; several are valid at once so
 * that a secret can be rotated. Returns `webhook-id`, the same for every repeat of the message. Throws
 * `webhook_headers_missing`, `webhook_timestamp_out_of_window` or `webhook_signature_invalid`.
 */
export const verifyWebhook = (
  request: Pick<HttpRequest, 'bytes' | 'headers'>,
  keys: readonly Buffer[],
  now: Date,
): { readonly id: string } => {
  const claim = claimOf(request);
  const ageSeconds = Math.floor(now.getTime() / 1000) - Number(claim.timestamp);
  if (Math.abs(ageSeconds) > toleranceSeconds) {
    throw new UnauthenticatedError(
      'webhook_timestamp_out_of_window',
      `webhook-timestamp differs from our clock by more than ${toleranceSeconds} s`,
    );
  }
  if (!keys.some((key) => isSigned(claim, request.bytes, key))) {
    throw new UnauthenticatedError('webhook_signature_invalid', 'no v1 signature matches');
  }
  return { id: claim.id };
};
