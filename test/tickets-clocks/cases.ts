import { defaultDesk } from '../../config/tickets/desk.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import type { TicketWrite } from '../../shared/store/tickets.ts';
import { prepareWrite } from '../../shared/tickets/change.ts';
import type { By, ChangeInput } from '../../shared/tickets/event.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import type { Priority, Ticket, Who } from '../../shared/tickets/ticket.ts';

export const usualRules: Rules = { desk: defaultDesk, calendar: calendarOf(builtInYears) };

/** `2026-11-23 10:00` in Shanghai. */
export const at = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);

export const owner: Who = { person: 'on_owner', name: '孙佳禾' };
const person: By = { kind: 'person', who: owner, via: 'card' };
export const rule: By = { kind: 'rule', rule: 'test' };

type Opened = {
  readonly id?: string;
  readonly openedAt: Date;
  readonly priority: Priority;
  readonly deadlineAt?: Date;
  /** When we hear of it; absent: at once. */
  readonly now?: Date;
};

type Opening = Extract<ChangeInput, { do: 'opened' }>;

/** A case of 漏发 at Doudian as it is when it opens; `fields` make it another one. */
export const openedCase = (
  { id = 'T-20261123-0001', openedAt, priority, deadlineAt, now = openedAt }: Opened,
  fields: Partial<Opening> = {},
): TicketWrite => {
  const opening: Opening = {
    do: 'opened',
    kind: 'case',
    openedAt: openedAt.toISOString(),
    receivedAt: now.toISOString(),
    source: {
      source: 'doudian',
      caseId: '7000000000000000123',
      kind: 'refund',
      version: 1,
      ended: false,
      ...(deadlineAt && { deadlineAt: deadlineAt.toISOString() }),
    },
    category: { group: '仓储发货', name: '漏发/少发' },
    priority,
    team: 'care',
    ...fields,
  };
  return prepareWrite(usualRules, { id, before: undefined, by: rule, changes: [opening] }, now);
};

export type Happening = { readonly at: Date; readonly change: ChangeInput; readonly by?: By };

/** The ticket after what happened to it, each at its time. */
export const after = (
  ticket: Ticket,
  happenings: readonly Happening[],
  rules: Rules = usualRules,
): TicketWrite => {
  const writes = happenings.reduce<readonly TicketWrite[]>((done, { at: when, change, by = person }) => {
    const before = done.at(-1)?.after ?? ticket;
    return [...done, prepareWrite(rules, { id: ticket.ticket, before, by, changes: [change] }, when)];
  }, []);
  const last = writes.at(-1);
  if (!last) throw new Error('nothing happened');
  return last;
};
