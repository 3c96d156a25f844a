import * as z from 'zod/mini';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';
import { log } from '../../shared/log.ts';
import { chatSubmissionSchema } from '../../shared/sources/chat.ts';
import { maskText } from '../../shared/tickets/mask.ts';
import {
  channelField,
  channels,
  contentField,
  longestContent,
  submissionFields,
  submittedCard,
} from '../../shared/tickets/submission.ts';
import { answerOf, type CardReply, inTime, say, type Waiting } from './in-time.ts';
import { recordAnswer } from './record-answer.ts';
import type { TicketActDeps } from './ticket-act.ts';

const name = z.string().check(z.minLength(1), z.maxLength(256));
const payloadSchema = z.object({
  header: z.object({ event_id: name }),
  event: z.object({
    operator: z.object({ union_id: name }),
    action: z.object({
      value: z.object({ do: z.literal('submit'), subject: name }),
      form_value: z._default(z.record(z.string(), z.unknown()), {}),
    }),
  }),
});

export type Submission = {
  readonly eventId: string;
  /** union_id. */
  readonly person: string;
  readonly subject: string;
  readonly form: Readonly<Record<string, unknown>>;
};
type Submitted = Submission & { readonly sender: string };

/** `undefined` when it isn't the form 提交客诉. */
export const readSubmission = (payload: unknown): Submission | undefined => {
  const read = z.safeParse(payloadSchema, payload);
  if (!read.success) return undefined;
  const { header, event } = read.data;
  const { operator, action } = event;
  return {
    eventId: header.event_id,
    person: operator.union_id,
    subject: action.value.subject,
    form: action.form_value,
  };
};

const words = (most: number) => z._default(z.string().check(z.trim(), z.maxLength(most)), '');
const formSchema = z.object({
  [contentField]: z.string().check(z.trim(), z.minLength(1), z.maxLength(longestContent)),
  [channelField]: z.enum(channels),
  orderId: words(submissionFields.orderId.maxLength),
  productName: words(submissionFields.productName.maxLength),
  batchNo: words(submissionFields.batchNo.maxLength),
  phone: words(submissionFields.phone.maxLength),
});

/**
 * One complaint per form: the receipt's id is that of the form's card, so that a second click finds the first. It is sealed
 * before anything else happens; ticket-worker masks it.
 */
const submit =
  (deps: TicketActDeps) =>
  async ({ form, subject, person, sender }: Submitted, waiting: Waiting): Promise<CardReply> => {
    const copy = await deps.deliveries.find({ subject, recipient: person });
    if (!copy) return say('warning', '这张表单不是发给你的');
    const read = z.safeParse(formSchema, form);
    if (!read.success) return say('warning', '请写下客户反馈的内容，并选择渠道');
    const body = JSON.stringify(z.parse(chatSubmissionSchema, { ...read.data, submittedBy: person }));
    const id = `chat:${sender}#${subject}`;
    const receipt = {
      id,
      source: 'chat',
      sender,
      eventType: 'complaint',
      at: deps.now(),
      body: deps.seal(body),
    };
    const isNew = await deps.inbox.put(receipt);
    log.info('complaint_submitted', { sender, id, isNew });
    const made = submittedCard(copy, escapeMarkdown(maskText(read.data[contentField])));
    const toast = {
      type: 'success',
      content: isNew ? '已提交，正在建单' : '已提交过，不会重复建单',
    } as const;
    waiting.say(toast);
    return answerOf(toast, await recordAnswer(deps, copy, { card: made, final: true, waiting }));
  };

export const submitInTime =
  (deps: TicketActDeps) =>
  (submission: Submitted): Promise<CardReply> =>
    inTime(deps.answerWithinMs)(submission, (waiting) => submit(deps)(submission, waiting));
