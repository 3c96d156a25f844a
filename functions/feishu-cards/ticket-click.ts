import * as z from 'zod/mini';
import { fenOfYuan } from '../../shared/sources/fields.ts';
import { answerField, longest, resolveFields } from '../../shared/tickets/card-acts.ts';
import type { DeskAct } from '../../shared/tickets/desk-act.ts';
import { askKinds, measures, responsibles } from '../../shared/tickets/ticket.ts';

const name = z.string().check(z.minLength(1), z.maxLength(256));
const acts = [
  'claim',
  'takeOver',
  'transfer',
  'ask',
  'waitCustomer',
  'resume',
  'resolve',
  'raise',
  'reopen',
  'answer',
  'more',
  'open',
  'attach',
] as const;

const valueSchema = z.object({
  do: z.enum(acts),
  ticket: name,
  subject: name,
  seen: z.optional(z.string().check(z.regex(/^\d{1,6}$/))),
  ask: z.optional(z.enum(askKinds)),
  /** Of what is attached: Feishu's message, its kind, and the words or the key. */
  message: z.optional(name),
  kind: z.optional(z.enum(['image', 'audio', 'file', 'text'])),
  key: z.optional(z.string()),
  text: z.optional(z.string()),
  finding: z.optional(z.string().check(z.minLength(1), z.maxLength(longest.answer))),
});
const payloadSchema = z.object({
  header: z.object({ event_id: name }),
  event: z.object({
    operator: z.object({ union_id: name }),
    action: z.object({
      value: valueSchema,
      option: z.optional(z.string()),
      form_value: z._default(z.record(z.string(), z.unknown()), {}),
    }),
    context: z.object({ open_chat_id: name }),
  }),
});
type Action = z.output<typeof payloadSchema>['event']['action'];

type OwnAct = Exclude<DeskAct, { readonly do: 'transfer' }>;

/** What was clicked. */
export type TicketAct =
  | { readonly kind: 'desk'; readonly act: OwnAct }
  /** union_id of the colleague, who has to be looked up. */
  | { readonly kind: 'transfer'; readonly seen: number; readonly to: string }
  /** Into which, or which of those that it stands for. */
  | { readonly kind: 'merge' | 'split'; readonly other: string }
  /** A card of their own: of the ticket, or of all that is known of it. */
  | { readonly kind: 'asked'; readonly what: 'open' | 'all' }
  /** A field that can't be read, in words. */
  | { readonly kind: 'unreadable'; readonly why: string };

export type TicketClick = {
  readonly eventId: string;
  /** union_id. */
  readonly person: string;
  readonly chatId: string;
  readonly subject: string;
  readonly ticket: string;
  readonly act: TicketAct;
};

const text = (most: number) => z._default(z.string().check(z.trim(), z.maxLength(most)), '');
const formSchema = z.object({
  [resolveFields.cause]: text(longest.cause),
  [resolveFields.measure]: z.enum(measures),
  [resolveFields.amount]: text(longest.amount),
  [resolveFields.responsible]: z.enum(responsibles),
  [resolveFields.note]: text(longest.note),
});

const unreadable = (why: string): TicketAct => ({ kind: 'unreadable', why });
const desk = (act: OwnAct): TicketAct => ({ kind: 'desk', act });

const resolve = ({ form_value }: Action): TicketAct => {
  const read = z.safeParse(formSchema, form_value);
  if (!read.success) return unreadable('请选择处理方式和责任方');
  const { cause, measure, amount, responsible, note } = read.data;
  const amountFen = fenOfYuan(amount.replace(/^[¥￥]\s*|\s*元$/gu, ''));
  if (amount !== '' && amountFen === undefined) return unreadable('金额请填数字，例如 12.50');
  const facts = { cause: cause || undefined, note: note || undefined, amountFen };
  return desk({ do: 'resolve', resolving: { measure, responsible, ...facts } });
};

const answer = ({ value, form_value }: Action): TicketAct => {
  const words = z.safeParse(text(longest.answer), form_value[answerField]);
  const finding = value.finding ?? (words.success ? words.data : '');
  return finding === '' ? unreadable('请先写下答复') : desk({ do: 'answer', finding });
};

const askSchema = z.enum(askKinds);
const ask = (which: string | undefined): TicketAct | undefined => {
  const asked = z.safeParse(askSchema, which);
  return asked.success ? desk({ do: 'ask', ask: asked.data }) : undefined;
};

/** Behind the three dots: `ask:qa`, `merge:T-…`, or one of the words. */
const chosen = ({ option = '' }: Action): TicketAct | undefined => {
  const [what, which = ''] = option.split(':');
  if (what === 'ask') return ask(which);
  if (what === 'split' || what === 'merge') return { kind: what, other: which };
  if (what === 'all') return { kind: 'asked', what };
  return what === 'raise' ? desk({ do: what }) : undefined;
};

const attach = ({ value }: Action): TicketAct | undefined => {
  const { message, kind, key, text: words = '' } = value;
  if (message === undefined || kind === undefined) return undefined;
  const attachment = { kind, messageId: message, ...(key && { key }) };
  return desk({ do: 'note', text: words, attachment });
};

const seenOf = ({ value }: Action): number => Number(value.seen ?? 0);

const readers: Readonly<Record<(typeof acts)[number], (action: Action) => TicketAct | undefined>> = {
  claim: (action) => desk({ do: 'claim', seen: seenOf(action) }),
  takeOver: (action) => desk({ do: 'takeOver', seen: seenOf(action) }),
  transfer: (action) =>
    action.option ? { kind: 'transfer', seen: seenOf(action), to: action.option } : undefined,
  ask: ({ value }) => ask(value.ask),
  waitCustomer: () => desk({ do: 'waitCustomer' }),
  resume: () => desk({ do: 'resume' }),
  raise: () => desk({ do: 'raise' }),
  reopen: () => desk({ do: 'reopen' }),
  resolve,
  answer,
  more: chosen,
  attach,
  open: () => ({ kind: 'asked', what: 'open' }),
};

/** `undefined` when it isn't a button of a ticket. */
export const readTicketClick = (payload: unknown): TicketClick | undefined => {
  const read = z.safeParse(payloadSchema, payload);
  if (!read.success) return undefined;
  const { header, event } = read.data;
  const act = readers[event.action.value.do](event.action);
  if (!act) return undefined;
  const { ticket, subject } = event.action.value;
  const { union_id: person } = event.operator;
  return { eventId: header.event_id, person, chatId: event.context.open_chat_id, subject, ticket, act };
};
