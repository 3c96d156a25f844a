import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { GatewayEvent } from '../../events/sign.ts';
import { localTables } from '../local.ts';
import { base64, callWith, loadHandler, readEvent, secrets } from './calls.ts';

const tables = localTables();
const runs = 2000;

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '数据', '__proto__', '\u0000'),
);
const field = fc.option(fc.oneof(text, fc.double(), fc.boolean(), fc.jsonValue()), { nil: undefined });

/** An event whose proof holds, its other fields broken now and then; and one whose proof is broken too. */
const proven = fc.record({ event_id: field, event_type: field, create_time: field }, { requiredKeys: [] });
const unproven = fc.record({ token: field, app_id: field }, { requiredKeys: [] });
const signedEvent = fc
  .tuple(fc.oneof({ weight: 3, arbitrary: proven }, { weight: 1, arbitrary: unproven }), fc.jsonValue())
  .map(([header, event]) => callWith(readEvent(header, { event })));

const signedJson = fc.jsonValue().map((value) => callWith(JSON.stringify(value)));
const signedText = text.map((value) => callWith(value));
const envelope = fc.record({ encrypt: fc.oneof(text, fc.base64String(), fc.jsonValue()) });
const unsignedBody = fc.oneof(
  text,
  fc.json(),
  envelope.map((value) => JSON.stringify(value)),
);
const names = fc.constantFrom(
  'x-lark-request-timestamp',
  'X-Lark-Request-Nonce',
  'x-lark-signature',
  'content-type',
  '__proto__',
);
const headers = fc.dictionary(fc.oneof(names, text), text);
const v1Event = fc
  .record({ uuid: field, ts: field, token: field, type: fc.constant('event_callback'), event: field })
  .map((value) => callWith(JSON.stringify(value)));

const call: fc.Arbitrary<GatewayEvent> = fc.oneof(
  signedEvent,
  signedJson,
  signedText,
  v1Event,
  fc
    .tuple(unsignedBody, headers)
    .map(([body, extra]) => ({ ...callWith(readEvent()), body, headers: extra })),
  fc.tuple(unsignedBody, headers).map(([body, extra]) => {
    const signed = callWith(readEvent());
    return { ...signed, body, headers: { ...signed.headers, ...extra } };
  }),
);

it(`${runs} generated calls get a 2xx or a 4xx with a code, never a 5xx, and leave no secret in the log`, async () => {
  let output = '';
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', note);
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  const handle = await loadHandler(tables);
  const seen = new Map<number, number>();
  try {
    await fc.assert(
      fc.asyncProperty(call, fc.boolean(), async (made, encoded) => {
        const { status, json } = await handle(encoded ? base64(made) : made);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        expect(status).toBeLessThan(500);
        if (status >= 400) expect(json['code']).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: runs },
    );
  } finally {
    vi.restoreAllMocks();
    process.off('unhandledRejection', note);
  }
  expect(rejections).toEqual([]);
  for (const secret of secrets) expect(output).not.toContain(secret);
  // The generator reaches every kind of answer, or it proves nothing.
  expect([...seen.keys()].sort()).toEqual([200, 400, 401]);
});
