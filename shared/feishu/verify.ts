import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { InvalidInputError, UnauthenticatedError } from '../errors.ts';
import type { HttpRequest } from '../lambda/http.ts';
import { parse, parseJson } from '../parse.ts';

// A reference that nobody resolved is a text that everybody can guess: as a key it would let anyone sign.
const secretSchema = z.string().check(
  z.minLength(1),
  z.refine((text) => !text.startsWith('{{resolve:'), 'is an unresolved reference'),
);
const idSchema = z.string().check(z.minLength(1));
/** One or two: while a secret is being replaced, the old and the new one are both valid. */
const secretsSchema = z.array(secretSchema).check(z.minLength(1), z.maxLength(2));

/** What proves that a call comes from Feishu, one entry per sender (one Feishu app each). */
export const callbackKeysSchema = z
  .array(
    z.object({
      sender: idSchema,
      appId: idSchema,
      encryptKeys: secretsSchema,
      verificationTokens: secretsSchema,
    }),
  )
  .check(z.minLength(1));
export type CallbackKeys = Readonly<z.output<typeof callbackKeysSchema>[number]>;

export type SignedRequest = Pick<HttpRequest, 'bytes' | 'rawBody' | 'headers'>;
export type OpenedCallback =
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'event'; readonly sender: string; readonly appId: string; readonly payload: unknown };

type Match = { readonly keys: CallbackKeys; readonly encryptKey: string };

const sealedSchema = z.object({ encrypt: idSchema });
const challengeSchema = z.object({
  type: z.literal('url_verification'),
  token: z.string(),
  challenge: z.string(),
});
const identitySchema = z.union([
  z.object({ header: z.object({ app_id: z.string(), token: z.string() }) }),
  z.object({ token: z.string(), event: z.optional(z.object({ app_id: z.optional(z.string()) })) }),
]);

/** Either way. A captured call is worth nothing after that; clocks of honest servers differ by seconds. */
const windowMs = 5 * 60_000;

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Comparing digests takes the same time whatever the texts, their lengths included. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const holdsToken = (keys: CallbackKeys, token: string): boolean =>
  keys.verificationTokens.some((valid) => sameText(valid, token));

/**
 * An instant that Feishu writes as digits: seconds (10), milliseconds (13) or microseconds (16), which its pages use
 * side by side; `ts` of v1 events has a fraction of a second. Returns epoch milliseconds, `undefined` for anything else.
 */
export const epochMs = (text: string): number | undefined => {
  const [whole = ''] = /^(?:\d{10}|\d{13}|\d{16})(?=$|\.\d+$)/.exec(text) ?? [];
  if (whole === '') return undefined;
  return Math.trunc(Number(text) * 10 ** (13 - whole.length));
};

/** AES-256-CBC, key = SHA-256 of the Encrypt Key, base64(IV ‖ ciphertext). Throws `body_undecryptable`. */
export const decrypt = (encrypted: string, encryptKey: string): string => {
  const bytes = Buffer.from(encrypted, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-cbc', sha256(encryptKey), bytes.subarray(0, 16));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new InvalidInputError('body_undecryptable', 'the body cannot be decrypted', { cause });
  }
};

const decryptJson = (encrypted: string, encryptKey: string): unknown => {
  const text = decrypt(encrypted, encryptKey);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError('body_undecryptable', 'what was decrypted is not JSON', { cause });
  }
};

const everyKey = (senders: readonly CallbackKeys[]): Match[] =>
  senders.flatMap((keys) => keys.encryptKeys.map((encryptKey) => ({ keys, encryptKey })));

/** Feishu hashes the body as sent; hashing a re-serialised one fails on key order, spacing or escapes. */
const signedBy =
  ({ bytes, headers }: SignedRequest) =>
  ({ encryptKey }: Match): boolean => {
    const timestamp = headers['x-lark-request-timestamp'] ?? '';
    const nonce = headers['x-lark-request-nonce'] ?? '';
    const hash = createHash('sha256').update(timestamp + nonce + encryptKey, 'utf8');
    return sameText(hash.update(bytes).digest('hex'), headers['x-lark-signature'] ?? '');
  };

const hasSignature = ({ headers }: SignedRequest): boolean =>
  ['x-lark-request-timestamp', 'x-lark-request-nonce', 'x-lark-signature'].every((name) => headers[name]);

/**
 * Feishu leaves the address check out of its signature step. Knowing the Encrypt Key and the token is proof enough for
 * an answer that only repeats the challenge. Every failure looks the same to the caller: telling bad padding from a
 * wrong token would make this a padding oracle for captured bodies.
 */
const openUnsignedChallenge = (encrypted: string, senders: readonly CallbackKeys[]): string | undefined => {
  for (const { keys, encryptKey } of everyKey(senders)) {
    try {
      const { challenge, token } = parse(challengeSchema, decryptJson(encrypted, encryptKey));
      if (holdsToken(keys, token)) return challenge;
    } catch {
      // Another sender's key may fit.
    }
  }
  return undefined;
};

const requireFresh = ({ headers }: SignedRequest, nowMs: number): void => {
  const sentAt = epochMs(headers['x-lark-request-timestamp'] ?? '');
  if (sentAt === undefined || Math.abs(nowMs - sentAt) > windowMs) {
    throw new UnauthenticatedError('timestamp_out_of_window', 'the timestamp is not within 5 minutes of now');
  }
};

type Identity = { readonly token: string; readonly appId: string | undefined };

const identityOf = (payload: unknown): Identity => {
  const identity = parse(identitySchema, payload);
  if ('header' in identity) return { token: identity.header.token, appId: identity.header.app_id };
  return { token: identity.token, appId: identity.event?.app_id };
};

/** Two apps may share one Encrypt Key, so the signature alone does not say whose event it is. */
const findOwner = ({ token, appId }: Identity, matches: readonly Match[]): CallbackKeys => {
  const owners = matches.filter(({ keys }) => appId === undefined || keys.appId === appId);
  if (owners.length === 0) {
    throw new UnauthenticatedError('app_invalid', 'the app_id does not belong to the key that signed');
  }
  const owner = owners.find(({ keys }) => holdsToken(keys, token));
  if (owner) return owner.keys;
  throw new UnauthenticatedError('token_invalid', 'the verification token does not match');
};

const openUnsigned = (
  request: SignedRequest,
  encrypted: string,
  senders: readonly CallbackKeys[],
): string => {
  const challenge = openUnsignedChallenge(encrypted, senders);
  if (challenge !== undefined) return challenge;
  throw hasSignature(request)
    ? new UnauthenticatedError('signature_invalid', 'the signature does not match')
    : new UnauthenticatedError('headers_missing', 'the signature headers are missing');
};

/** A plaintext body means that nobody set the Encrypt Key in Feishu's console: say so, an admin reads it there. */
const readEncrypted = ({ rawBody }: SignedRequest): string => {
  const body = parseJson(rawBody);
  const sealed = z.safeParse(sealedSchema, body);
  if (sealed.success) return sealed.data.encrypt;
  throw new InvalidInputError(
    'not_encrypted',
    'the body is not encrypted: set the Encrypt Key of the app (加密策略)',
  );
};

/**
 * Proves that a call comes from one of our Feishu apps and opens it: signature over the raw body, timestamp, decryption,
 * app id and Verification Token, in that order, so that nothing is decrypted for a stranger.
 * Throws `invalid_json`, `not_encrypted`, `invalid_input`, `body_undecryptable` (400) and `headers_missing`,
 * `signature_invalid`, `timestamp_out_of_window`, `app_invalid`, `token_invalid` (401).
 * open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case
 */
export const openCallback = (
  request: SignedRequest,
  senders: readonly CallbackKeys[],
  now: Date,
): OpenedCallback => {
  const encrypted = readEncrypted(request);
  const matches = hasSignature(request) ? everyKey(senders).filter(signedBy(request)) : [];
  const [match] = matches;
  if (!match) return { kind: 'challenge', challenge: openUnsigned(request, encrypted, senders) };
  requireFresh(request, now.getTime());
  const payload = decryptJson(encrypted, match.encryptKey);
  const identity = identityOf(payload);
  const { sender, appId } = findOwner(identity, matches);
  // The address check names no app.
  const challenge = identity.appId === undefined ? z.safeParse(challengeSchema, payload) : undefined;
  return challenge?.success
    ? { kind: 'challenge', challenge: challenge.data.challenge }
    : { kind: 'event', sender, appId, payload };
};
