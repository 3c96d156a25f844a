import * as z from 'zod/mini';

const personSchema = z.object({
  unionId: z.string(),
  userId: z.string(),
  name: z.string(),
  jobTitle: z.string(),
  department: z.string(),
  avatarColor: z.string(),
  resigned: z.boolean(),
  /** By app id: a person has another open_id in each app. */
  openIds: z.optional(z.record(z.string(), z.string())),
});
export type Person = z.infer<typeof personSchema>;

const appSchema = z.object({
  appId: z.string(),
  name: z.string(),
  avatar: z.optional(z.string()),
  homepageUrl: z.optional(z.string()),
  /** People outside its range (可用范围), by union_id. */
  hiddenFrom: z.optional(z.array(z.string())),
});
export type App = z.infer<typeof appSchema>;

const chatSchema = z.object({
  chatId: z.string(),
  kind: z.enum(['p2p', 'group']),
  name: z.string(),
  appId: z.nullish(z.string()),
  avatar: z.nullish(z.string()),
  preview: z.string(),
  unread: z.number(),
  lastAt: z.nullish(z.string()),
  urgent: z.nullish(z.boolean()),
  pins: z.optional(z.array(z.object({ messageId: z.string(), preview: z.string() }))),
});
export type Chat = z.infer<typeof chatSchema>;

const messageSchema = z.object({
  messageId: z.string(),
  sender: z.object({
    kind: z.enum(['app', 'user']),
    name: z.string(),
    unionId: z.nullish(z.string()),
    appId: z.nullish(z.string()),
  }),
  createdAt: z.string(),
  updatedAt: z.string(),
  msgType: z.string(),
  content: z.unknown(),
  recalled: z.boolean(),
  readByMe: z.boolean(),
  editedCount: z.number(),
  urgent: z.nullish(z.boolean()),
  replyTo: z.nullish(z.object({ messageId: z.string(), name: z.string(), preview: z.string() })),
});
export type Message = z.infer<typeof messageSchema>;

const actionReplySchema = z.object({
  ok: z.boolean(),
  toast: z.optional(z.object({ type: z.string(), content: z.string() })),
  errorCode: z.optional(z.number()),
});
export type ActionReply = z.infer<typeof actionReplySchema>;

class SimulatorError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const request = async (path: string, init: RequestInit = {}): Promise<unknown> => {
  const response = await fetch(path, init);
  const text = await response.text();
  if (!response.ok) throw new SimulatorError(response.status, text.slice(0, 200));
  return text === '' ? undefined : JSON.parse(text);
};

export const sendJson = (method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<unknown> =>
  request(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

export const of = (unionId: string): string => `/sim/people/${encodeURIComponent(unionId)}`;

export const listPeople = async (): Promise<readonly Person[]> =>
  z.array(personSchema).parse(await request('/sim/people'));

export const listApps = async (): Promise<readonly App[]> =>
  z.array(appSchema).parse(await request('/sim/apps'));

export const listChats = async (unionId: string): Promise<readonly Chat[]> =>
  z.array(chatSchema).parse(await request(`${of(unionId)}/chats`));

export type Page = { readonly limit: number; readonly before?: string };

/** Oldest first. `before` is a message id. */
export const listMessages = async (
  unionId: string,
  chatId: string,
  { limit, before }: Page,
): Promise<readonly Message[]> => {
  const query = new URLSearchParams({ limit: String(limit), ...(before === undefined ? {} : { before }) });
  return z
    .array(messageSchema)
    .parse(await request(`${of(unionId)}/chats/${chatId}/messages?${query.toString()}`));
};

export const markRead = (unionId: string, chatId: string): Promise<unknown> =>
  sendJson('POST', `${of(unionId)}/chats/${chatId}/read`, {});

/** Where something is said, and the message that it answers, if any. */
export type Spot = { readonly chatId: string; readonly replyTo: string | undefined };

export const say = (unionId: string, { chatId, replyTo }: Spot, text: string): Promise<unknown> =>
  sendJson('POST', `${of(unionId)}/chats/${chatId}/messages`, { text, replyTo });

export const sendImage = (unionId: string, { chatId, replyTo }: Spot, file: Blob): Promise<unknown> => {
  const query = replyTo === undefined ? '' : `?replyTo=${encodeURIComponent(replyTo)}`;
  return request(`${of(unionId)}/chats/${chatId}/images${query}`, { method: 'POST', body: file });
};

const openedSchema = z.object({ chatId: z.string() });

export const openBot = async (unionId: string, appId: string): Promise<string> =>
  openedSchema.parse(await sendJson('POST', `${of(unionId)}/apps/${appId}/open`, {})).chatId;

export const pressMenu = (unionId: string, appId: string, eventKey: string): Promise<unknown> =>
  sendJson('POST', `${of(unionId)}/apps/${appId}/menu`, { eventKey });

export const sendAction = async (unionId: string, messageId: string, body: unknown): Promise<ActionReply> =>
  actionReplySchema.parse(await sendJson('POST', `${of(unionId)}/messages/${messageId}/action`, body));

const rowsSchema = z.array(z.record(z.string(), z.unknown()));
export type LogRow = z.infer<typeof rowsSchema>[number];

export const listLog = async (kind: 'events' | 'calls' | 'faults'): Promise<readonly LogRow[]> =>
  rowsSchema.parse(await request(`/sim/${kind}`));

const switchesSchema = z.record(z.string(), z.unknown());
export type Switches = z.infer<typeof switchesSchema>;

export const getSwitches = async (): Promise<Switches> =>
  switchesSchema.parse(await request('/sim/switches'));

export const putSwitches = async (patch: Switches): Promise<Switches> =>
  switchesSchema.parse(await sendJson('PUT', '/sim/switches', patch));

export const putFaults = (faults: readonly unknown[]): Promise<unknown> =>
  sendJson('PUT', '/sim/faults', faults);

export const repeatEvent = (eventId: string): Promise<unknown> =>
  sendJson('POST', `/sim/events/${encodeURIComponent(eventId)}/repeat`, {});
