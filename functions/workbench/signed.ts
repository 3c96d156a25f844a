import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';

/** What a text may be used as: one that was made for a form is no session. */
type Kind = 'session' | 'login' | 'form';
type Payload = Readonly<Record<string, string>>;

export type Signer = {
  readonly sign: (kind: Kind, payload: Payload, until: Date) => string;
  /** `undefined`: not ours, altered, made for something else, or over. */
  readonly open: (kind: Kind, text: string, now: Date) => Payload | undefined;
};

const signedSchema = z.object({ for: z.record(z.string(), z.string()), until: z.string() });

/** Anybody may try; nothing of ours is longer. */
const maxLength = 4096;

const macOf = (key: Buffer, kind: Kind, body: string): Buffer =>
  createHmac('sha256', key).update(`${kind}.${body}`).digest();

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const readBody = (body: string): z.output<typeof signedSchema> | undefined => {
  const read = z.safeParse(signedSchema, JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  return read.success ? read.data : undefined;
};

/** HMAC-SHA-256. The first key signs, all of them prove: two are valid while one is being replaced. */
export const signerOf = (keys: readonly [Buffer, ...Buffer[]]): Signer => ({
  sign: (kind, payload, until) => {
    const text = JSON.stringify({ for: payload, until: until.toISOString() });
    const body = Buffer.from(text, 'utf8').toString('base64url');
    return `${body}.${macOf(keys[0], kind, body).toString('base64url')}`;
  },
  open: (kind, text, now) => {
    if (text.length > maxLength) return undefined;
    const [body = '', mac = ''] = text.split('.', 2);
    const given = Buffer.from(mac, 'base64url');
    if (!keys.some((key) => isSame(macOf(key, kind, body), given))) return undefined;
    const signed = readBody(body);
    return signed && signed.until > now.toISOString() ? signed.for : undefined;
  },
});
