import { UnauthenticatedError } from '../errors.ts';
import type { HttpRequest } from '../lambda/http.ts';
import {
  type Account,
  eventTypeOf,
  identityOf,
  isSameText,
  type PushSource,
  signatureInvalid,
  signatureMissing,
} from './source.ts';
import { decryptWecom, wecomSignature } from './wecom-crypto.ts';

export type WecomSecret = { readonly token: string; readonly encodingAesKey: Buffer };

/** The text of one element; a handful of flat elements is all that WeCom sends. */
const element = (xml: string, name: string): string | undefined => {
  const [, cdata, plain] =
    new RegExp(`<${name}>(?:<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]*))</${name}>`).exec(xml) ?? [];
  return cdata ?? plain;
};

type Signed = { readonly claimed: string; readonly timestamp: string; readonly nonce: string };

const signedPart = ({ query }: Pick<HttpRequest, 'query'>): Signed => {
  const [claimed, timestamp, nonce] = [
    query.get('msg_signature'),
    query.get('timestamp'),
    query.get('nonce'),
  ];
  if (claimed !== null && timestamp !== null && nonce !== null) return { claimed, timestamp, nonce };
  throw signatureMissing('msg_signature, timestamp and nonce in the query');
};

type Plain = { readonly account: string; readonly text: string };

/** Of the secrets whose token signed it, one opens it; with two keys valid at once, the first may not. */
const decryptBy = (
  accounts: readonly Account<WecomSecret>[],
  encrypted: string,
  { claimed, timestamp, nonce }: Signed,
): Plain => {
  const able = accounts.flatMap(({ account, secrets }) =>
    secrets
      .filter(({ token }) => isSameText(claimed, wecomSignature([token, timestamp, nonce, encrypted])))
      .map(({ encodingAesKey }) => ({ account, encodingAesKey })),
  );
  const open = ([first, ...others]: typeof able): Plain => {
    if (!first) throw signatureInvalid();
    try {
      return { account: first.account, text: decryptWecom(encrypted, first.encodingAesKey, first.account) };
    } catch (error) {
      if (others.length > 0 && error instanceof UnauthenticatedError) return open(others);
      throw error;
    }
  };
  return open(able);
};

/**
 * A callback only says that there is something to pull (developer.work.weixin.qq.com/document/path/94670). Its token
 * is another one for every event, and repeats of a callback carry the same.
 */
export const wecom = (accounts: readonly Account<WecomSecret>[]): PushSource => ({
  open: (request) => {
    const signed = signedPart(request);
    if (request.method === 'GET') {
      const echo = request.query.get('echostr') ?? '';
      return { kind: 'answer', reply: { text: decryptBy(accounts, echo, signed).text } };
    }
    const encrypted = element(request.rawBody, 'Encrypt');
    if (encrypted === undefined) throw signatureMissing('Encrypt');
    const { account, text } = decryptBy(accounts, encrypted, signed);
    const [kfId, token] = [element(text, 'OpenKfId'), element(text, 'Token')];
    return {
      kind: 'message',
      account,
      id: identityOf(kfId && token && `${kfId}:${token}`, text),
      eventType: eventTypeOf(element(text, 'Event') ?? element(text, 'MsgType')),
      body: text,
    };
  },
  acknowledgement: { text: 'success' },
  refuse: ({ status, code }) => ({ status, text: code }),
});

/** Where there are messages to pull; the token lifts the rate limit for 10 minutes. */
export type WecomHint = { readonly openKfId: string; readonly token?: string };

/** `undefined`: the callback is about something else. */
export const readWecomHint = (body: string): WecomHint | undefined => {
  const openKfId = element(body, 'OpenKfId');
  if (element(body, 'Event') !== 'kf_msg_or_event' || !openKfId) return undefined;
  const token = element(body, 'Token');
  return { openKfId, ...(token && { token }) };
};
