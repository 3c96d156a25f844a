import { createCipheriv, createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { localAccounts, type PushingSource } from './accounts.ts';

/** One thing that a source says, before it is signed. */
export type Message = {
  readonly source: PushingSource;
  /** JSON text; of WeCom, the XML that is encrypted. */
  readonly body: string;
  /** Of Qiyu: stands in the address. */
  readonly eventType?: string | undefined;
  /** Of the app: constant over all tries. */
  readonly webhookId?: string | undefined;
};

/** A request as the source makes it. */
export type SignedPush = {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const md5 = (...parts: readonly string[]): string => createHash('md5').update(parts.join('')).digest('hex');
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000));
const json = { 'content-type': 'application/json;charset=utf-8' };

const typeIn = (body: string): string => /"type":\s*"([^"]+)"/.exec(body)?.[1] ?? '';

const youzan = ({ body }: Message): SignedPush => {
  const { account, secret } = localAccounts.youzan;
  const sign = md5(account, body, secret);
  return {
    query: '',
    headers: { ...json, 'event-sign': sign, 'event-type': typeIn(body), 'client-id': account },
    body,
  };
};

const doudian = ({ body }: Message): SignedPush => {
  const { account, secret } = localAccounts.doudian;
  return {
    query: '',
    headers: { ...json, 'event-sign': md5(account, body, secret), 'app-id': account },
    body,
  };
};

const qiyu = ({ body, eventType = 'MSG' }: Message, at: Date): SignedPush => {
  const time = seconds(at);
  const checksum = sha1(`${localAccounts.qiyu.secret}${md5(body)}${time}`);
  return { query: new URLSearchParams({ eventType, time, checksum }).toString(), headers: json, body };
};

/** 16 random bytes ‖ length ‖ message ‖ receiver, padded to 32: developer.work.weixin.qq.com/document/path/90968. */
const encryptWecom = (text: string, encodingAesKey: string, corpId: string): string => {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(corpId)]);
  const padding = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
};

const wecomQuery = (encrypted: string, at: Date): URLSearchParams => {
  const [timestamp, nonce] = [seconds(at), String(Math.floor(at.getTime() % 1_000_000_007))];
  const signature = sha1([localAccounts.wecom.token, timestamp, nonce, encrypted].sort().join(''));
  return new URLSearchParams({ msg_signature: signature, timestamp, nonce });
};

const wecom = ({ body }: Message, at: Date): SignedPush => {
  const { account, encodingAesKey } = localAccounts.wecom;
  const encrypted = encryptWecom(body, encodingAesKey, account);
  const envelope = `<xml><ToUserName><![CDATA[${account}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>`;
  return {
    query: wecomQuery(encrypted, at).toString(),
    headers: { 'content-type': 'text/xml' },
    body: envelope,
  };
};

/** The GET by which WeCom checks an address before it is saved; `text` must come back. */
export const signEcho = (text: string, at: Date): SignedPush => {
  const { account, encodingAesKey } = localAccounts.wecom;
  const echostr = encryptWecom(text, encodingAesKey, account);
  const query = wecomQuery(echostr, at);
  query.set('echostr', echostr);
  return { query: query.toString(), headers: {}, body: '' };
};

const app = ({ body, webhookId = `msg_${randomUUID()}` }: Message, at: Date): SignedPush => {
  const timestamp = seconds(at);
  const key = Buffer.from(localAccounts.app.secret.replace('whsec_', ''), 'base64');
  const mac = createHmac('sha256', key).update(`${webhookId}.${timestamp}.${body}`).digest('base64');
  const headers = {
    ...json,
    'webhook-id': webhookId,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${mac}`,
  };
  return { query: '', headers, body };
};

const signers = { youzan, doudian, qiyu, wecom, app };

/** Signs for the stage `local`, as the source itself would, at that moment. */
export const signPush = (message: Message, at: Date): SignedPush => signers[message.source](message, at);
