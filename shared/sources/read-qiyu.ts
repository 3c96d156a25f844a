import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import { cut, idText, oneOrNone, parseExactJson, type RawEvent, wholeNumber, words } from './fields.ts';
import type { Letter } from './source.ts';

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
