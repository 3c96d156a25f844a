import * as z from 'zod/mini';
import { closeFields } from '../../shared/follow-ups/block.ts';
import { followUpActs, maxWords } from '../../shared/follow-ups/follow-up.ts';
import { parse } from '../../shared/parse.ts';

const nameSchema = z.string().check(z.minLength(1), z.maxLength(256));

/** open.feishu.cn/document/feishu-cards/card-callback-communication */
const payloadSchema = z.object({
  header: z.object({ event_id: nameSchema, event_type: nameSchema }),
  event: z.object({
    operator: z.object({ union_id: nameSchema }),
    action: z.object({
      value: z.optional(z.unknown()),
      option: z.optional(z.string()),
      form_value: z.optional(z.record(z.string(), z.unknown())),
    }),
    context: z.object({ open_chat_id: nameSchema }),
  }),
});
const typeSchema = z.object({ header: z.object({ event_type: nameSchema }) });

/** What we put on our own cards. */
const valueSchema = z.object({
  do: z.enum(followUpActs),
  item: nameSchema,
  since: nameSchema,
  subject: nameSchema,
});

const wordsSchema = z.string().check(z.trim(), z.minLength(1), z.maxLength(maxWords));

export type Act =
  | { readonly do: 'acknowledge' | 'later' }
  | { readonly do: 'assign' | 'handOver'; readonly to: string }
  | { readonly do: 'close'; readonly cause: string; readonly measure: string };

export type Click = {
  readonly eventId: string;
  /** union_id. */
  readonly person: string;
  readonly chatId: string;
  readonly subject: string;
  readonly item: string;
  readonly since: string;
  readonly act: Act;
};

type Value = z.output<typeof valueSchema>;
type Action = z.output<typeof payloadSchema>['event']['action'];

const closing = ({ item }: Value, form: Readonly<Record<string, unknown>>): Act | undefined => {
  const names = closeFields(item);
  const cause = z.safeParse(wordsSchema, form[names.cause]);
  const measure = z.safeParse(wordsSchema, form[names.measure]);
  if (!cause.success || !measure.success) return undefined;
  return { do: 'close', cause: cause.data, measure: measure.data };
};

const actOf = (value: Value, { option, form_value = {} }: Action): Act | undefined => {
  if (value.do === 'close') return closing(value, form_value);
  if (value.do === 'acknowledge' || value.do === 'later') return { do: value.do };
  return option ? { do: value.do, to: option } : undefined;
};

/** A callback of another type is none of ours. Throws `invalid_input`. */
export const isClick = (payload: unknown): boolean =>
  parse(typeSchema, payload).header.event_type === 'card.action.trigger';

/** `undefined` when it isn't one of our buttons, or a field is empty. Throws `invalid_input` for what is no click at all. */
export const readClick = (payload: unknown): Click | undefined => {
  const { header, event } = parse(payloadSchema, payload);
  const value = z.safeParse(valueSchema, event.action.value);
  const act = value.success ? actOf(value.data, event.action) : undefined;
  if (!value.success || !act) return undefined;
  const { subject, item, since } = value.data;
  const { union_id: person } = event.operator;
  return { eventId: header.event_id, person, chatId: event.context.open_chat_id, subject, item, since, act };
};
