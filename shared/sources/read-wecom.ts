import * as z from 'zod/mini';
import { cut, idText, type RawEvent, wholeNumber } from './fields.ts';

const media = z.optional(z.object({ media_id: z.string() }));

/** developer.work.weixin.qq.com/document/path/94670, 消息类型 */
export const wecomMessageSchema = z.object({
  msgid: z.string(),
  open_kfid: z.optional(z.string()),
  external_userid: z.optional(z.string()),
  send_time: wholeNumber,
  origin: wholeNumber,
  servicer_userid: z.optional(z.string()),
  msgtype: z.string(),
  text: z.optional(z.object({ content: z.string() })),
  image: media,
  voice: media,
  video: media,
  file: media,
  event: z.optional(
    z.object({
      event_type: z.string(),
      open_kfid: z.optional(z.string()),
      external_userid: z.optional(z.string()),
      change_type: z.optional(idText),
      new_servicer_userid: z.optional(z.string()),
      old_servicer_userid: z.optional(z.string()),
    }),
  ),
});
type WecomMessage = z.output<typeof wecomMessageSchema>;

const shown: Readonly<Record<string, string>> = {
  image: '[图片]',
  voice: '[语音]',
  video: '[视频]',
  file: '[文件]',
  location: '[位置]',
  link: '[链接]',
  business_card: '[名片]',
  miniprogram: '[小程序]',
};

const attachmentsOf = ({ image, voice, video, file }: WecomMessage): RawEvent['attachments'] => {
  const url = (mediaId: string): string => `wecom-media:${mediaId}`;
  const found = image ?? voice ?? video ?? file;
  if (!found) return [];
  const kind = image ? 'image' : voice ? 'audio' : 'file';
  return [{ kind, url: url(found.media_id) }];
};

const customer = 3;
const system = 4;

/** 1 接入, 2 转接, 3 结束, 4 重新接入 */
const sessionEnded = '3';
const sessionStates: Readonly<Record<string, string>> = {
  '1': '人工接待中',
  '2': '会话已转接',
  '3': '会话已结束',
  '4': '会话重新接入',
};

type Part = Pick<RawEvent, 'what' | 'content' | 'speaker' | 'agentId' | 'sourceState' | 'attachments'>;

const messagePart = (message: WecomMessage): Part => ({
  what: 'message',
  content: cut(message.text?.content ?? shown[message.msgtype] ?? '[其他消息]', 4_000),
  attachments: attachmentsOf(message),
  speaker: message.origin === customer ? 'customer' : 'agent',
  agentId: message.servicer_userid,
});

/** Entering a chat or a message that could not be sent changes nothing about a case. */
const eventPart = ({ event }: WecomMessage): Part | undefined => {
  if (event?.event_type !== 'session_status_change') return undefined;
  const change = event.change_type ?? '';
  return {
    what: change === sessionEnded ? 'ended' : 'changed',
    agentId: event.new_servicer_userid ?? event.old_servicer_userid,
    sourceState: sessionStates[change] ?? `会话状态 ${change}`,
  };
};

/** A pulled message; `undefined` when it has nothing for after-sales. One customer of one account is one conversation. */
export const readWecomMessage = (message: WecomMessage, openKfId: string): RawEvent | undefined => {
  const part = message.origin === system ? eventPart(message) : messagePart(message);
  const buyerId = message.external_userid ?? message.event?.external_userid;
  if (!part || buyerId === undefined) return undefined;
  const at = new Date(message.send_time * 1000);
  return {
    source: 'wecom',
    eventId: message.msgid,
    caseId: `${openKfId}:${buyerId}`,
    version: at.getTime(),
    kind: 'consult',
    occurredAt: at.toISOString(),
    shopId: openKfId,
    buyerId,
    ...part,
  };
};
