import * as z from 'zod/mini';
import type { CallbackValue } from '../feishu/cards.ts';

/** What a button of a post does, as it comes back in `value.do`. */
export const postActs = [
  'confirmPost',
  'draftPost',
  'previewPost',
  'submitPost',
  'withdrawPost',
  'cancelPost',
  'approveSchedule',
  'approveNow',
  'sendBackPost',
  'pausePost',
  'resumePost',
  'remindPost',
] as const;
export type PostAct = (typeof postActs)[number];

const name = z.string().check(z.minLength(1), z.maxLength(256));
const number = z.string().check(z.regex(/^\d{1,6}$/));

export const postValueSchema = z.object({
  do: z.enum(postActs),
  /** `legal-42`; of `draftPost` the account. */
  post: name,
  /** Of the delivery whose card carries the button. */
  subject: name,
  /** Of the row that an approver or an editor saw: another one by now is told instead of approved, or overwritten. */
  revision: z.optional(number),
  /** Of the content that a reader saw. */
  version: z.optional(number),
  /** Of `draftPost`: what was sent, and in which message. */
  kind: z.optional(z.enum(['docx', 'wiki'])),
  token: z.optional(name),
  message: z.optional(name),
});
type PostValue = z.output<typeof postValueSchema>;

/** The only maker of these values, so that what a card carries is what a click is read as. */
export const postValue = ({ do: act, post, subject, ...more }: PostValue): CallbackValue => {
  const known = Object.entries(more).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return { do: act, post, subject, ...Object.fromEntries(known) };
};
