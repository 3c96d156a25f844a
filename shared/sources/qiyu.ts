import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { UnauthenticatedError } from '../errors.ts';
import { parse } from '../parse.ts';
import { cut, idText, oneOrNone, parseExactJson, type RawEvent, wholeNumber, words } from './fields.ts';
import {
  type Account,
  eventTypeOf,
  identityOf,
  isSameText,
  type Letter,
  type PushSource,
  provenAccount,
  signatureMissing,
} from './source.ts';

/** Seconds, either way: a checksum is good for five minutes (qiyukf.com, 消息接口文档, 数据校验). */
const windowSeconds = 300;

const isSignedBy =
  (bytes: Buffer, claimed: string, time: string) =>
  (_appKey: string, secret: string): boolean => {
    const md5 = createHash('md5').update(bytes).digest('hex');
    return isSameText(claimed, createHash('sha1').update(`${secret}${md5}${time}`).digest('hex'));
  };

const headSchema = z.object({ msgId: z.optional(z.string()) });

const messageIdOf = (body: string): string | undefined => {
  try {
    return parse(headSchema, JSON.parse(body)).msgId;
  } catch {
    return undefined;
  }
};

const refusalCodes: Readonly<Record<string, number>> = { time_out_of_window: 14003 };

/**
 * `eventType` stands in the address and is not signed: it never takes part in the identity, or a replay under another
 * type would be a second receipt.
 */
export const qiyu = (accounts: readonly Account<string>[]): PushSource => ({
  open: ({ query, bytes, rawBody }, now) => {
    const [time, claimed] = [query.get('time'), query.get('checksum')];
    if (time === null || claimed === null || !/^\d{1,12}$/.test(time)) {
      throw signatureMissing('time and checksum in the query');
    }
    const account = provenAccount(accounts, isSignedBy(bytes, claimed.toLowerCase(), time));
    if (Math.abs(now.getTime() / 1000 - Number(time)) > windowSeconds) {
      throw new UnauthenticatedError('time_out_of_window', `time is off by more than ${windowSeconds} s`);
    }
    return {
      kind: 'message',
      account,
      id: identityOf(messageIdOf(rawBody), rawBody),
      eventType: eventTypeOf(query.get('eventType') ?? undefined),
      body: rawBody,
    };
  },
  // Within 10 s, and empty: any text at all counts as a failure and brings it again.
  acknowledgement: { text: '' },
  refuse: ({ status, code }) => ({ status, json: { code: refusalCodes[code] ?? 14002 } }),
});

const picture = z.object({ url: z.string(), name: z.optional(z.string()) });

/** A message without `staffId` is the customer's, `staffType` 0 is the robot (a negative id too). */
const messageSchema = z.object({
  uid: idText,
  msgId: z.string(),
  msgType: z.string(),
  content: z.union([z.string(), z.record(z.string(), z.unknown())]),
  timeStamp: wholeNumber,
  staffId: z.optional(wholeNumber),
  staffType: z.optional(wholeNumber),
  // Our assumption: what the page tells Qiyu about its visitor, when the company sends it along.
  mobile: z.optional(z.string()),
  orderId: z.optional(idText),
  skuId: z.optional(idText),
  productName: z.optional(words(120)),
});
type Message = z.output<typeof messageSchema>;

const sessionSchema = z.object({
  uid: idText,
  sessionId: idText,
  staffId: z.optional(wholeNumber),
  staffType: z.optional(wholeNumber),
  closeReason: z.optional(wholeNumber),
});

const speakerOf = ({ staffId, staffType }: Pick<Message, 'staffId' | 'staffType'>): RawEvent['speaker'] => {
  if (staffId === undefined) return 'customer';
  return staffType === 0 || staffId < 0 ? 'bot' : 'agent';
};

const shown: Readonly<Record<string, string>> = { PICTURE: '[图片]', AUDIO: '[语音]', VIDEO: '[视频]' };

const attachmentKinds: Readonly<Record<string, 'image' | 'audio' | 'file'>> = {
  PICTURE: 'image',
  AUDIO: 'audio',
};

const attachmentsOf = ({ msgType, content }: Message): RawEvent['attachments'] => {
  if (msgType === 'TEXT') return [];
  const { url } = parse(picture, typeof content === 'string' ? parseExactJson(content) : content);
  return [{ kind: attachmentKinds[msgType] ?? 'file', url }];
};

const wordsOf = ({ msgType, content }: Message): string =>
  msgType === 'TEXT' && typeof content === 'string' ? cut(content, 4_000) : (shown[msgType] ?? '[文件]');

/** One customer is one conversation: the messages name no session. */
const inConversation = (uid: string, at: Date) =>
  ({
    source: 'qiyu',
    caseId: uid,
    version: at.getTime(),
    kind: 'consult',
    occurredAt: at.toISOString(),
    buyerId: uid,
  }) as const;

const messageEvent = (message: Message, account: string): RawEvent => {
  const at = new Date(message.timeStamp);
  const speaker = speakerOf(message);
  return {
    ...inConversation(message.uid, at),
    eventId: message.msgId,
    what: 'message',
    shopId: account,
    content: wordsOf(message),
    attachments: attachmentsOf(message),
    speaker,
    agentId: speaker === 'agent' ? String(message.staffId) : undefined,
    buyerPhone: message.mobile,
    orderIds: oneOrNone(message.orderId),
    skuIds: oneOrNone(message.skuId),
    productName: message.productName,
  };
};

/** Only an agent's own close ends a case: a chat that fell silent, was handed on or lost its agent has solved nothing. */
const closes: Readonly<Record<number, string>> = {
  0: '客服已关闭会话',
  2: '客户长时间未回复，会话自动关闭',
  3: '机器人转人工',
  4: '客服离开，会话关闭',
  5: '会话已转接',
};
const closedByAgent = 0;

const sessionPart = (session: z.output<typeof sessionSchema>): Pick<RawEvent, 'what' | 'sourceState'> => {
  const isSolved = session.closeReason === closedByAgent && speakerOf(session) === 'agent';
  const sourceState = closes[session.closeReason ?? -1] ?? '会话已结束';
  return { what: isSolved ? 'ended' : 'changed', sourceState };
};

const sessionEvent = (type: string, { account, body, receivedAt }: Letter): RawEvent => {
  const session = parse(sessionSchema, parseExactJson(body));
  return {
    ...inConversation(session.uid, receivedAt),
    eventId: `${type}:${session.sessionId}:${session.closeReason ?? ''}`,
    shopId: account,
    agentId: speakerOf(session) === 'agent' ? String(session.staffId) : undefined,
    ...(type === 'SESSION_END' ? sessionPart(session) : { what: 'changed', sourceState: '会话中' }),
  };
};

/** Messages and sessions; an invitation to rate (EVA_INVITATION) has nothing for after-sales. */
export const readQiyu = (letter: Letter): readonly RawEvent[] => {
  const { eventType, body, account } = letter;
  if (eventType === 'MSG') return [messageEvent(parse(messageSchema, parseExactJson(body)), account)];
  return eventType === 'SESSION_START' || eventType === 'SESSION_END'
    ? [sessionEvent(eventType, letter)]
    : [];
};
