import { choiceField, mixedForm, overflowMenu, selectMenu, wordsField } from '../feishu/card-controls.ts';
import type { Button, CardElement, ColumnSet, Overflow, SelectStatic } from '../feishu/card-json.ts';
import { type CallbackValue, callbackButton, controlRow } from '../feishu/cards.ts';
import { clip } from '../feishu/markdown.ts';
import type { Related } from './related.ts';
import type { Standing } from './standing.ts';
import { type AskKind, isOpen, measures, responsibles, type Ticket, type Who } from './ticket.ts';
import { askWords } from './words.ts';

/** Names of the fields of 标记已解决 in `form_value`. */
export const resolveFields = {
  cause: 'cause',
  measure: 'measure',
  amount: 'amount',
  responsible: 'responsible',
  note: 'note',
} as const;
/** Characters of a note, of a cause, of an answer. */
export const longest = { note: 200, cause: 30, amount: 12, answer: 200 } as const;
export const answerField = 'answer';

export type Place = {
  /** The delivery of the card: buttons carry it. */
  readonly subject: string;
  /** union_id; forms stand only on a person's own card. */
  readonly recipient: string;
};

/** Somebody may fall ill: whoever is told takes the lead, and 品控 is asked first. */
export const isFoodSafety = ({ category, priority, kind }: Ticket): boolean =>
  kind === 'batch' || (priority === 'P0' && category?.group === '食品安全');

export type ActsInput = {
  readonly ticket: Ticket;
  readonly place: Place;
  readonly standing: Standing;
  readonly related: Related;
  /** To whom it may be handed on. */
  readonly colleagues: readonly Who[];
};

const valueOf = ({ ticket, place }: ActsInput, act: string, more: CallbackValue = {}): CallbackValue => ({
  do: act,
  ticket: ticket.ticket,
  subject: place.subject,
  seen: String(ticket.assignments),
  ...more,
});

type Control = Button | SelectStatic | Overflow;
const button = (
  input: ActsInput,
  {
    act,
    text,
    primary = false,
    more,
  }: { act: string; text: string; primary?: boolean; more?: CallbackValue },
): Button =>
  callbackButton({ text, ...(primary && { kind: 'primary' as const }), value: valueOf(input, act, more) });

/** A longer list is searched, not read. */
const mostColleagues = 12;

const handOn = (input: ActsInput): readonly Control[] => {
  const { ticket, colleagues } = input;
  const choices = colleagues
    .filter(({ person }) => person !== ticket.owner?.person)
    .slice(0, mostColleagues)
    .map(({ person, name }) => ({ text: clip(name, 10), value: person }));
  return choices.length === 0
    ? []
    : [selectMenu({ text: '转派', value: valueOf(input, 'transfer'), choices })];
};

const isAsked = ({ children }: Ticket, ask: AskKind): boolean =>
  children.some((child) => child.open && child.ask === ask);

const mostSplits = 3;

/** What is behind the three dots comes back as `option`: an ask, or one of these. */
const overflow = (input: ActsInput): Control => {
  const { ticket, standing, related } = input;
  const asks = (['warehouse', 'product', 'qa', 'legal'] as const).filter(
    (ask) =>
      ticket.kind !== 'child' && !isAsked(ticket, ask) && (ask !== 'warehouse' || ticket.kind === 'batch'),
  );
  const decides = standing.isOwner || standing.isLead;
  const merges = decides ? related.cases : [];
  const splits = decides ? ticket.merged.slice(-mostSplits) : [];
  return overflowMenu({
    value: valueOf(input, 'more'),
    choices: [
      ...asks.map((ask) => ({ text: askWords[ask], value: `ask:${ask}` })),
      { text: '升级处理', value: 'raise' },
      ...merges.map((other) => ({ text: `并入 ${other}`, value: `merge:${other}` })),
      ...splits.map((other) => ({ text: `拆分 ${other}`, value: `split:${other}` })),
      { text: '查看全部', value: 'all' },
    ],
  });
};

const waiting = (input: ActsInput): Control =>
  input.ticket.state === 'waiting_customer'
    ? button(input, { act: 'resume', text: '客户已回复，继续处理' })
    : button(input, { act: 'waitCustomer', text: '等客户回复' });

const askWarehouse = (input: ActsInput): readonly Control[] =>
  input.ticket.kind === 'case' && !isAsked(input.ticket, 'warehouse')
    ? [button(input, { act: 'ask', text: '请仓储核实', more: { ask: 'warehouse' } })]
    : [];

const rows = (...controls: readonly (readonly Control[])[]): readonly ColumnSet[] =>
  controls.filter((row) => row.length > 0).map((row) => controlRow(row));

const askQa = (input: ActsInput): readonly Control[] =>
  isFoodSafety(input.ticket) && input.ticket.kind !== 'child' && !isAsked(input.ticket, 'qa')
    ? [button(input, { act: 'ask', text: '通知品控', primary: true, more: { ask: 'qa' } })]
    : [];

const ownerActs = (input: ActsInput): readonly CardElement[] => [
  ...rows(askQa(input), [...askWarehouse(input), waiting(input)], [...handOn(input), overflow(input)]),
  ...resolveForm(input),
];

/** 确认漏发 for what was left out, 确认错发 for what was mixed up. */
const confirmed = ({ category }: Ticket): string => {
  const known = ['漏发', '少发', '错发', '破损', '赠品缺失'].find((word) => category?.name.includes(word));
  return known ? `确认${known}` : '确认属实';
};

/** What a child can be answered with by one click. */
export const findingsOf = (ticket: Ticket): readonly string[] => {
  if (ticket.ask === 'warehouse') return [confirmed(ticket), '未发现异常', '查不到'];
  return ticket.ask === 'qa' ? ['判定属实', '判定不属实', '需送检'] : [];
};

const childActs = (input: ActsInput): readonly CardElement[] => {
  const { ticket } = input;
  const findings = findingsOf(ticket).map((finding) =>
    button(input, { act: 'answer', text: finding, more: { finding } }),
  );
  return [
    ...rows(findings, [...handOn(input), overflow(input)]),
    mixedForm({
      id: 'answer_form',
      fields: [
        wordsField({
          name: answerField,
          text: '答复（写给客服）',
          required: true,
          maxLength: longest.answer,
          multiline: true,
        }),
      ],
      submit: { text: '答复', value: valueOf(input, 'answer') },
    }),
  ];
};

const choices = (words: readonly string[]) => words.map((word) => ({ text: word, value: word }));

/** Causes that the category suggests come first; the form takes any words. */
const resolveForm = (input: ActsInput): readonly CardElement[] => {
  if (input.ticket.children.some(({ open }) => open)) return [];
  const { cause, measure, amount, responsible, note } = resolveFields;
  return [
    mixedForm({
      id: 'resolve_form',
      fields: [
        wordsField({
          name: cause,
          text: `原因（默认：${input.ticket.category?.name ?? '待分类'}）`,
          required: false,
          maxLength: longest.cause,
        }),
        choiceField({ name: measure, text: '处理方式（必选）', required: true, choices: choices(measures) }),
        wordsField({ name: amount, text: '金额（元，可不填）', required: false, maxLength: longest.amount }),
        choiceField({
          name: responsible,
          text: '责任方（必选）',
          required: true,
          choices: choices(responsibles),
        }),
        wordsField({ name: note, text: '备注（可不填）', required: false, maxLength: longest.note }),
      ],
      submit: { text: '标记已解决', value: valueOf(input, 'resolve') },
    }),
  ];
};

const othersActs = (input: ActsInput): readonly CardElement[] => {
  const { ticket, standing } = input;
  if (!standing.isMember && !standing.isLead) return rows([overflow(input)]);
  const [claim, takeOver] = isFoodSafety(ticket) ? ['我来牵头', '我来牵头'] : ['领取', '接手'];
  const take = ticket.owner
    ? button(input, { act: 'takeOver', text: takeOver })
    : button(input, { act: 'claim', text: claim, primary: true });
  const asks = standing.isLead ? askQa(input) : [];
  const handsOn = standing.isLead ? handOn(input) : [];
  // Two a row: a phone is narrow.
  return asks.length > 0
    ? rows([take, ...asks], [...handsOn, overflow(input)])
    : rows([take, ...handsOn, overflow(input)]);
};

/** What this reader can do, by right and state. */
export const actsOf = (input: ActsInput): readonly CardElement[] => {
  const { ticket, standing } = input;
  if (ticket.state === 'merged') return [];
  if (!isOpen(ticket)) return rows([button(input, { act: 'reopen', text: '重开' })]);
  const mayAnswer = standing.isOwner || (ticket.owner === undefined && standing.isMember);
  if (ticket.kind === 'child' && mayAnswer) return childActs(input);
  return standing.isOwner ? ownerActs(input) : othersActs(input);
};
