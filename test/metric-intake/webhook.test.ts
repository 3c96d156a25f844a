import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, webhookSecretSchema } from '../../shared/webhook.ts';

// The sample of the Standard Webhooks libraries (github.com/standard-webhooks/standard-webhooks).
const vector = {
  secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const at = new Date(Number(vector.timestamp) * 1000);
const key = webhookSecretSchema.parse(vector.secret);
const otherKey = webhookSecretSchema.parse(`whsec_${Buffer.alloc(32, 7).toString('base64')}`);

type Change = Partial<Record<'id' | 'timestamp' | 'signature' | 'body', string>>;
const request = (change: Change = {}) => {
  const { id, timestamp, signature, body } = { ...vector, ...change };
  return {
    bytes: Buffer.from(body),
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
  };
};
const codeOf = (verify: () => unknown): unknown => {
  try {
    verify();
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

describe('a Standard Webhooks message', () => {
  it('is accepted with the signature of the published sample', () => {
    expect(verifyWebhook(request(), [key], at)).toEqual({ id: vector.id });
  });

  it('is accepted when the reference library signed it, whatever the id, body and secret', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        fc.string({ unit: 'grapheme' }),
        (secretBytes, id, body) => {
          const secret = `whsec_${Buffer.from(secretBytes).toString('base64')}`;
          const signature = new Webhook(secret).sign(id, at, body);
          const verify = () =>
            verifyWebhook(request({ id, body, signature }), [webhookSecretSchema.parse(secret)], at);
          expect(verify()).toEqual({ id });
          expect(codeOf(() => verifyWebhook(request({ id, body: `${body} `, signature }), [key], at))).toBe(
            'webhook_signature_invalid',
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is verified on its bytes, not on a text made from them', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x7b, 0x7d]);
    const mac = createHmac('sha256', key).update(`${vector.id}.${vector.timestamp}.`).update(bytes);
    const signature = `v1,${mac.digest('base64')}`;
    expect(codeOf(() => verifyWebhook({ ...request({ signature }), bytes }, [key], at))).toBe('accepted');
  });

  it('is accepted by any of several secrets, so that one can be replaced', () => {
    expect(verifyWebhook(request(), [otherKey, key], at)).toEqual({ id: vector.id });
  });

  it('is accepted when one of several signatures matches', () => {
    const other = new Webhook(otherKey.toString('base64')).sign(vector.id, at, vector.body);
    const signature = `v1a,AAAA v1,bm90aGluZw== ${other} ${vector.signature}`;
    expect(verifyWebhook(request({ signature }), [key], at)).toEqual({ id: vector.id });
  });

  it.each([
    ['a changed body', { body: '{"test": 2432232315}' }],
    ['another id', { id: 'msg_other' }],
    ['another timestamp', { timestamp: '1614265331' }],
    ['a signature of another version', { signature: vector.signature.replace('v1,', 'v1a,') }],
    ['a truncated signature', { signature: vector.signature.slice(0, 30) }],
    ['an empty signature', { signature: 'v1,' }],
    ['signatures joined by commas', { signature: `${vector.signature},v1,AAAA` }],
    ['no version', { signature: vector.signature.slice(3) }],
  ])('is refused with %s', (_, change) => {
    expect(codeOf(() => verifyWebhook(request(change), [key], at))).toBe('webhook_signature_invalid');
  });

  it('is refused with another secret, and without any', () => {
    expect(codeOf(() => verifyWebhook(request(), [otherKey], at))).toBe('webhook_signature_invalid');
    expect(codeOf(() => verifyWebhook(request(), [], at))).toBe('webhook_signature_invalid');
  });

  it.each([
    [-301, 'webhook_timestamp_out_of_window'],
    [-300, 'accepted'],
    [300, 'accepted'],
    [301, 'webhook_timestamp_out_of_window'],
  ])('that is %i s old answers %s', (seconds, code) => {
    expect(codeOf(() => verifyWebhook(request(), [key], later(seconds)))).toBe(code);
  });

  it.each([
    ['no id', { id: '' }],
    ['no timestamp', { timestamp: '' }],
    ['no signature', { signature: '' }],
    ['an id with a dot, which could move the cut between id, timestamp and body', { id: 'msg.1' }],
    ['an id with a space', { id: 'msg 1' }],
    ['a huge id', { id: 'm'.repeat(257) }],
    ['a timestamp in words', { timestamp: 'now' }],
    ['a negative timestamp', { timestamp: '-1614265330' }],
    ['a timestamp with a fraction', { timestamp: '1614265330.5' }],
  ])('is refused with %s', (_, change) => {
    expect(codeOf(() => verifyWebhook(request(change), [key], at))).toBe('webhook_headers_missing');
  });

  it('is refused without any headers', () => {
    expect(codeOf(() => verifyWebhook({ bytes: Buffer.from(''), headers: {} }, [key], at))).toBe(
      'webhook_headers_missing',
    );
  });
});

describe('a webhook secret', () => {
  it('is the same key with and without its prefix', () => {
    expect(webhookSecretSchema.parse(`whsec_${vector.secret}`)).toEqual(key);
  });

  it.each([
    ['too short', Buffer.alloc(23).toString('base64')],
    ['too long', Buffer.alloc(65).toString('base64')],
    ['not base64', 'whsec_这不是密钥这不是密钥这不是密钥这不是密钥'],
    ['empty', ''],
    ['a reference that was never resolved', '{{resolve:secretsmanager:zhida/metric-sources}}'],
  ])('is refused when it is %s', (_, secret) => {
    expect(webhookSecretSchema.safeParse(secret).success).toBe(false);
  });
});
