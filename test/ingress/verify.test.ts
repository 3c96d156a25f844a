import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signBody } from '../../events/sign.ts';
import { decrypt, epochMs, openCallback, type SignedRequest } from '../../shared/feishu/verify.ts';
import { legal, readEvent, zhida } from './calls.ts';

const now = new Date('2026-11-23T00:00:00Z');

const toRequest = (part: { body: string; headers: Readonly<Record<string, string>> }): SignedRequest => ({
  bytes: Buffer.from(part.body, 'utf8'),
  rawBody: part.body,
  headers: part.headers,
});
const request = (text: string, encryptKey = 'dev-encrypt-key-zhida', at = now): SignedRequest =>
  toRequest(signBody(text, encryptKey, at));
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const challenge = (token: string): string =>
  JSON.stringify({ type: 'url_verification', token, challenge: 'c-1' });

describe('decrypt', () => {
  it("opens the vector of Feishu's page encrypt-key-encryption-configuration-case", () => {
    expect(decrypt('P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=', 'test key')).toBe('hello world');
  });

  it.each(['', 'AAAA', 'not base64!', 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzgg=='])(
    'refuses %j',
    (text) => {
      expect(() => decrypt(text, 'test key')).toThrow(
        expect.objectContaining({ code: 'body_undecryptable' }),
      );
    },
  );
});

describe('epochMs', () => {
  it.each([
    ['1608725989', 1_608_725_989_000],
    ['1608725989000', 1_608_725_989_000],
    ['1608725989123456', 1_608_725_989_123],
    ['1502199207.7171419', 1_502_199_207_717],
    ['160872598900', undefined],
    ['0x5fe33a65', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, ms) => {
    expect(epochMs(text)).toBe(ms);
  });
});

describe('openCallback', () => {
  it('opens an event and names its sender', () => {
    expect(openCallback(request(readEvent()), [legal, zhida], now)).toEqual({
      kind: 'event',
      sender: 'zhida',
      appId: zhida.appId,
      payload: JSON.parse(readEvent()) as unknown,
    });
  });

  it('hashes the body as sent: spacing and escapes count', () => {
    const { body, headers } = signBody(readEvent(), 'dev-encrypt-key-zhida', now);
    const spaced = `{ "encrypt" :\n ${JSON.stringify((JSON.parse(body) as { encrypt: string }).encrypt)} }`;
    expect(() => openCallback(toRequest({ body: spaced, headers }), [zhida], now)).toThrow(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
    const [timestamp, nonce] = [
      headers['x-lark-request-timestamp'] ?? '',
      headers['x-lark-request-nonce'] ?? '',
    ];
    const signature = createHash('sha256')
      .update(`${timestamp}${nonce}dev-encrypt-key-zhida${spaced}`)
      .digest('hex');
    const resigned = { body: spaced, headers: { ...headers, 'x-lark-signature': signature } };
    expect(openCallback(toRequest(resigned), [zhida], now).kind).toBe('event');
  });

  it.each([
    [-5, true],
    [5, true],
    [-5.02, false],
    [5.02, false],
  ])('a timestamp %d minutes from now is fresh: %s', (away, fresh) => {
    const open = () =>
      openCallback(request(readEvent(), 'dev-encrypt-key-zhida', minutes(away)), [zhida], now);
    if (fresh) expect(open().kind).toBe('event');
    else expect(open).toThrow(expect.objectContaining({ code: 'timestamp_out_of_window', status: 401 }));
  });

  it.each(['1', 'soon', '-1795305600'])('a signed timestamp %j is refused', (timestamp) => {
    const { body } = signBody(readEvent(), 'dev-encrypt-key-zhida', now);
    const signature = createHash('sha256').update(`${timestamp}ndev-encrypt-key-zhida${body}`).digest('hex');
    const headers = {
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': 'n',
      'x-lark-signature': signature,
    };
    expect(() => openCallback(toRequest({ body, headers }), [zhida], now)).toThrow(
      expect.objectContaining({ code: 'timestamp_out_of_window' }),
    );
  });

  it('refuses a body signed by one sender that claims the app of another', () => {
    expect(() => openCallback(request(readEvent({ app_id: legal.appId })), [zhida, legal], now)).toThrow(
      expect.objectContaining({ code: 'app_invalid', status: 401 }),
    );
  });

  it('tells two senders that share an encrypt key apart by app id and token', () => {
    const shared = { ...legal, encryptKeys: zhida.encryptKeys };
    const text = readEvent({ app_id: legal.appId, token: 'dev-token-legal' });
    expect(openCallback(request(text), [zhida, shared], now)).toMatchObject({ sender: 'legal' });
    expect(() => openCallback(request(readEvent({ app_id: legal.appId })), [zhida, shared], now)).toThrow(
      expect.objectContaining({ code: 'token_invalid' }),
    );
  });

  it('takes the old and the new key and token while they are replaced', () => {
    const rotating = {
      ...zhida,
      encryptKeys: ['dev-next-encrypt-key', 'dev-encrypt-key-zhida'],
      verificationTokens: ['dev-next-token', 'dev-token-zhida'],
    };
    const next = readEvent({ token: 'dev-next-token' });
    expect(openCallback(request(readEvent()), [rotating], now).kind).toBe('event');
    expect(openCallback(request(next, 'dev-next-encrypt-key'), [rotating], now).kind).toBe('event');
    expect(() => openCallback(request(next, 'dev-next-encrypt-key'), [zhida], now)).toThrow(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });

  it.each([
    ['without signature headers', { headers: {} }],
    [
      'with a signature we cannot check',
      { headers: { 'x-lark-signature': '00', 'x-lark-request-nonce': 'n', 'x-lark-request-timestamp': '1' } },
    ],
    ['with its signature', {}],
  ])('answers the address check %s', (_, change) => {
    const signed = { ...request(challenge('dev-token-legal'), 'dev-encrypt-key-legal'), ...change };
    expect(openCallback(signed, [zhida, legal], now)).toEqual({ kind: 'challenge', challenge: 'c-1' });
  });

  it('gives one answer to every unsigned body that is not the address check, so it is no padding oracle', () => {
    const unsigned = (encrypt: string): SignedRequest =>
      toRequest({ body: JSON.stringify({ encrypt }), headers: {} });
    const bodies = [
      unsigned('AAAA'),
      unsigned(Buffer.alloc(48).toString('base64')),
      { ...request(readEvent()), headers: {} },
      { ...request('not json'), headers: {} },
      { ...request(challenge('wrong-token')), headers: {} },
      { ...request(challenge('dev-token-zhida'), 'another-key'), headers: {} },
    ];
    for (const body of bodies) {
      expect(() => openCallback(body, [zhida], now)).toThrow(
        expect.objectContaining({ code: 'headers_missing', message: 'the signature headers are missing' }),
      );
    }
  });

  it('refuses a plaintext address check: every sender has an Encrypt Key, so Feishu would have encrypted it', () => {
    const plaintext = toRequest({ body: challenge('dev-token-zhida'), headers: {} });
    expect(() => openCallback(plaintext, [zhida], now)).toThrow(
      expect.objectContaining({ code: 'not_encrypted', status: 400 }),
    );
  });
});
