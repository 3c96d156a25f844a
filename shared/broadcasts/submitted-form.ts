import * as z from 'zod/mini';
import { atTime, daySchema } from '../calendar/day.ts';
import type { Account, Audience } from './account.ts';
import type { Draft } from './apply-step.ts';
import { approvalFields } from './approval-card.ts';
import { formFields, longestWords, scopes } from './form-card.ts';

type Form = Readonly<Record<string, unknown>>;

/** `problem`: what to fix, in the words of a toast. */
export type Submitted<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'problem'; readonly problem: string };

const read = <T>(value: T): Submitted<T> => ({ kind: 'read', value });
const problem = (words: string) => ({ kind: 'problem', problem: words }) as const;

const textSchema = z.catch(z.string().check(z.trim()), '');
const departmentsSchema = z.catch(z.array(z.string().check(z.minLength(1), z.maxLength(100))), []);
const scopeSchema = z.catch(z.enum(scopes), 'account');
const confirmSchema = z.enum(['yes', 'no']);

/** `2024-04-29 07:07 +0800`: open.feishu.cn/document/feishu-cards/card-callback-communication */
const momentPattern = /^(\d{4}-\d{2}-\d{2}) ((?:[01]\d|2[0-3]):[0-5]\d) \+0800$/;

/** `undefined` when it was left empty. */
const readMoment = (value: unknown): Submitted<Date | undefined> => {
  const text = z.parse(textSchema, value);
  if (text === '') return read(undefined);
  const [, day, time] = momentPattern.exec(text) ?? [];
  if (day === undefined || time === undefined || !z.safeParse(daySchema, day).success)
    return problem('时间看不懂，请用日期选择器重新选择');
  return read(atTime(day, time));
};

const countOf = (text: string): number => Array.from(text).length;

const tooLong = (text: string, most: number, what: string): string | undefined =>
  countOf(text) > most ? `${what}最多 ${most} 字，现在 ${countOf(text)} 字` : undefined;

const deadlineOf = (form: Form, now: Date): Submitted<string | null> => {
  const moment = readMoment(form[formFields.deadline]);
  if (moment.kind === 'problem') return moment;
  if (!moment.value) return read(null);
  if (moment.value <= now) return problem('截止时间已过，请改为将来的时间');
  return read(moment.value.toISOString());
};

type Before = {
  readonly account: Pick<Account, 'audience'>;
  readonly audience: Audience;
  readonly now: Date;
};

const audienceOf = (form: Form, { account, audience }: Before): Submitted<Audience> => {
  const scope = z.parse(scopeSchema, form[formFields.scope]);
  if (scope === 'account') return read(account.audience);
  if (scope === 'current') return read(audience);
  const departments = z.parse(departmentsSchema, form[formFields.departments]);
  if (departments.length === 0) return problem('按部门发送时，请至少选择一个部门');
  return read({ any: [{ departments }], except: account.audience.except });
};

const wordsProblem = (form: Form): string | undefined => {
  const summary = z.parse(textSchema, form[formFields.summary]);
  const concerns = z.parse(textSchema, form[formFields.concerns]);
  if (summary === '') return '请填写摘要';
  return (
    tooLong(summary, longestWords.summary, '摘要') ?? tooLong(concerns, longestWords.concerns, '「与你有关」')
  );
};

/** What an editor filled in, whole or not at all. */
export const readDraftForm = (form: Form, before: Before): Submitted<Draft> => {
  const wrong = wordsProblem(form);
  if (wrong !== undefined) return problem(wrong);
  const confirm = z.safeParse(confirmSchema, form[formFields.mustConfirm]);
  if (!confirm.success) return problem('请选择是否需要确认');
  const audience = audienceOf(form, before);
  if (audience.kind === 'problem') return audience;
  const deadline = deadlineOf(form, before.now);
  if (deadline.kind === 'problem') return deadline;
  return read({
    summary: z.parse(textSchema, form[formFields.summary]),
    concerns: z.parse(textSchema, form[formFields.concerns]),
    mustConfirm: confirm.data === 'yes',
    audience: audience.value,
    deadlineAt: deadline.value,
  });
};

/** When an approver wants it sent. */
export const readSendTime = (form: Form, now: Date): Submitted<Date> => {
  const moment = readMoment(form[approvalFields.at]);
  if (moment.kind === 'problem') return moment;
  if (!moment.value) return problem('请先选择发送时间；马上发请点「同意并立即发送」');
  if (moment.value < now) return problem('发送时间已过，请改为将来的时间');
  return read(moment.value);
};

/** Why it goes back. */
export const readReason = (form: Form): Submitted<string> => {
  const reason = z.parse(textSchema, form[approvalFields.reason]);
  if (reason === '') return problem('请写下退回的理由，编辑才知道要改什么');
  const wrong = tooLong(reason, longestWords.reason, '理由');
  return wrong === undefined ? read(reason) : problem(wrong);
};
