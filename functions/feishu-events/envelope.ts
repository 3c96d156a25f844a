import * as z from 'zod/mini';
import { epochMs } from '../../shared/feishu/verify.ts';
import { parse } from '../../shared/parse.ts';
import { withoutCells } from './record-changes.ts';

const nameSchema = z.string().check(z.minLength(1), z.maxLength(256));

const version2Schema = z.looseObject({
  header: z.looseObject({ event_id: nameSchema, event_type: nameSchema, create_time: z.string() }),
  event: z.optional(z.record(z.string(), z.unknown())),
});
const version1Schema = z.looseObject({
  uuid: nameSchema,
  ts: z.string(),
  type: z.literal('event_callback'),
  event: z.looseObject({ type: nameSchema }),
});
const messageSchema = z.object({ message: z.object({ message_id: nameSchema }) });

/** What we keep of an event that Feishu pushed. */
export type Envelope = {
  /** What a repeat of the same event has in common with the first. */
  readonly id: string;
  readonly eventType: string;
  /** Epoch milliseconds; `undefined` when Feishu wrote no readable time. */
  readonly createdMs: number | undefined;
  /** The event as JSON, without the verification token: a secret is not part of what happened. */
  readonly text: string;
};

/**
 * One message may arrive under several event ids, so Feishu tells us to tell messages apart by `message_id`:
 * open.feishu.cn/document/server-docs/im-v1/message/events/receive
 */
const identityOf = (eventType: string, eventId: string, event: unknown): string => {
  if (eventType !== 'im.message.receive_v1') return eventId;
  const message = z.safeParse(messageSchema, event);
  return message.success ? message.data.message.message_id : eventId;
};

const readVersion1 = (payload: unknown): Envelope => {
  const body = parse(version1Schema, payload);
  const text = JSON.stringify({ ...body, token: undefined });
  return { id: body.uuid, eventType: body.event.type, createdMs: epochMs(body.ts), text };
};

const readVersion2 = (payload: unknown): Envelope => {
  const body = parse(version2Schema, payload);
  const { event_id, event_type, create_time } = body.header;
  return {
    id: identityOf(event_type, event_id, body.event),
    eventType: event_type,
    createdMs: epochMs(create_time),
    text: JSON.stringify({
      ...body,
      header: { ...body.header, token: undefined },
      event: withoutCells(event_type, body.event),
    }),
  };
};

/** Reads an event of either version. Throws `invalid_input` that names the missing field. */
export const readEnvelope = (payload: unknown): Envelope =>
  typeof payload === 'object' && payload !== null && 'uuid' in payload
    ? readVersion1(payload)
    : readVersion2(payload);
