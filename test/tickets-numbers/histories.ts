import { defaultDesk } from '../../config/tickets/desk.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { type Intent, prepareWrite } from '../../shared/tickets/change.ts';
import type { By, ChangeInput, TicketEvent } from '../../shared/tickets/event.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import type { Priority, SourceLink, Ticket, Who } from '../../shared/tickets/ticket.ts';

export const rules: Rules = { desk: defaultDesk, calendar: calendarOf(builtInYears) };

export const zhou: Who = { person: 'on_zhou', name: '周以安' };
export const wu: Who = { person: 'on_wu', name: '吴桐' };

/** `23 09:20` of November 2026 in Shanghai. */
export const at = (text: string): string =>
  new Date(`2026-11-${text.slice(0, 2)}T${text.slice(3)}:00+08:00`).toISOString();

export const person = (who: Who, via: 'card' | 'ops' = 'card'): By => ({ kind: 'person', who, via });
const source: By = { kind: 'source', source: 'doudian' };
export const rule: By = { kind: 'rule', rule: 'ticket-worker' };

export type Row = readonly [at: string, by: By, change: ChangeInput];
export type Kept = { readonly ticket: Ticket; readonly history: readonly TicketEvent[] };

/** Every row is a change of its own, written as the workers write it. */
export const keep = (id: string, rows: readonly Row[]): Kept => {
  let before: Ticket | undefined;
  const history: TicketEvent[] = [];
  for (const [moment, by, change] of rows) {
    const intent: Intent = { id, before, by, changes: [change] };
    const { after, events } = prepareWrite(rules, intent, new Date(at(moment)));
    before = after;
    history.push(...events);
  }
  if (!before) throw new Error(`${id} has no rows`);
  return { ticket: before, history };
};

type Opening = Extract<ChangeInput, { do: 'opened' }>;

export const link = (caseId: string, more: Partial<SourceLink> = {}): SourceLink => ({
  source: 'doudian',
  caseId,
  kind: 'refund',
  version: 1,
  ended: false,
  ...more,
});

export const missing = { group: '仓储发货', name: '漏发/少发' };

export const opened = (moment: string, priority: Priority, more: Partial<Opening> = {}): Row => [
  moment,
  source,
  {
    do: 'opened',
    kind: 'case',
    openedAt: at(moment),
    receivedAt: at(moment),
    priority,
    team: 'care',
    category: missing,
    source: link(`case-${moment}`),
    skuIds: ['SKU-1'],
    ...more,
  },
];

export const assigned = (moment: string, to: Who): Row => [
  moment,
  rule,
  { do: 'assigned', to, how: 'roundRobin' },
];

export const said = (moment: string, speaker: 'customer' | 'agent' | 'bot'): Row => [
  moment,
  source,
  { do: 'said', at: at(moment), speaker, text: '…' },
];

export const resolved = (moment: string, who: Who, closedHere?: boolean): Row => [
  moment,
  person(who),
  {
    do: 'resolved',
    resolution: { at: at(moment), by: 'person', who, measure: '补发' },
    ...(closedHere !== undefined && { closedHere }),
  },
];

export const endedBySource = (moment: string, caseId: string, deadlineAt: string): readonly Row[] => [
  [
    moment,
    source,
    {
      do: 'source_changed',
      source: link(caseId, { version: 2, ended: true, endedAt: at(moment), deadlineAt }),
    },
  ],
  [moment, source, { do: 'resolved', resolution: { at: at(moment), by: 'source' } }],
];
