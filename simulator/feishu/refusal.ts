/** What Feishu answers instead of data. `status` is the HTTP status in the error table of the endpoint's page. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly status: number;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: number,
    message: string,
    more: {
      readonly status?: number;
      readonly extra?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.code = code;
    this.status = more.status ?? 400;
    this.extra = more.extra ?? {};
    this.headers = more.headers ?? {};
  }
}

// Codes and texts as in the error tables of open.feishu.cn/document/server-docs/im-v1 and …/contact-v3.
const MESSAGES = {
  40001: 'param error',
  40004: 'no dept authority error',
  40011: 'page size is invalid',
  40012: 'page token is invalid error',
  41012: 'user id invalid error',
  41050: 'no user authority error',
  230001: 'Your request contains an invalid request parameter.',
  230002: 'The bot can not be outside the group.',
  230006: 'Bot ability is not activated.',
  230009: 'Message has expired when recall message.',
  230011: 'The message is recalled.',
  230012: 'Bot is NOT the sender of the message.',
  230013: 'Bot has NO availability to this user.',
  230020: 'This operation triggers the frequency limit.',
  230023: 'The user has too many unread urgent messages.',
  230025: 'The length of the message content reaches its limit.',
  230026: 'No permission to recall this message.',
  230027: 'Lack of necessary permissions.',
  230029: 'User has resigned.',
  230031: 'Message can only be modified within 14 days after sending.',
  230033: 'Get the reading status must be done within 7 days after the message is sent.',
  230034: 'The receive_id is invalid.',
  230047: 'Pin/Unpin message trigger message_id limit.',
  230049: 'The message is being sent.',
  230053: 'The user has stopped the bot from sending messages.',
  230099: 'Failed to create card content,',
  230110: 'Action unavailable as the message has been deleted.',
  232006: 'Your request specifies an invalid chat_id.',
  232011: 'Operator can NOT be out of the chat.',
  234001: 'Invalid request param.',
  234003: 'File not in message.',
  234004: 'App not in chat.',
  234006: 'The file size exceed the max value.',
  234010: "File's size can't be 0.",
  234011: "Can't regonnize the image format.",
  234039: 'Image resolution exceeds limit.',
  234043: 'Unsupported message type.',
} as const;

export type KnownCode = keyof typeof MESSAGES;

const FORBIDDEN: readonly number[] = [40004];

/** A refusal from the error tables; `detail` is what Feishu appends after `ext=`. */
export const refusal = (code: KnownCode, detail?: string): Refusal =>
  new Refusal(code, detail === undefined ? MESSAGES[code] : `${MESSAGES[code]} ext=${detail}`, {
    status: FORBIDDEN.includes(code) ? 403 : 400,
  });

/** The gateway's own check of fields, before an API sees the request: 99992402. */
export const fieldRefusal = (field: string, description: string): Refusal =>
  new Refusal(99992402, 'field validation failed', {
    extra: { error: { field_violations: [{ field, description }] } },
  });
