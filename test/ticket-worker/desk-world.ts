import { createHash } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { ingest } from '../../functions/ticket-worker/ingest.ts';
import { workOffReceipt } from '../../functions/ticket-worker/work.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { seals } from '../../shared/seal.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { sourceEventSchema } from '../../shared/sources/source-event.ts';
import { inbox } from '../../shared/store/inbox.ts';
import type { Person } from '../../shared/store/people.ts';
import { putReceiptTo } from '../../shared/store/put-receipt.ts';
import { ticketKeys } from '../../shared/store/ticket-keys.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { buyerRefs } from '../../shared/tickets/buyer-refs.ts';
import type { Desk } from '../../shared/tickets/desk.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { localTables } from '../local.ts';

/** A Monday, 10:00 in Shanghai. */
export const START = Date.parse('2026-11-23T02:00:00Z');
const key = Buffer.alloc(32, 7);
const joinKey = Buffer.alloc(32, 9);

export const person = (name: string, department: string, more: Partial<Person> = {}): Person => ({
  person: `on_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`,
  directory: 'here',
  name,
  jobTitle: '',
  departments: [department],
  roles: [],
  chats: {},
  unsubscribed: [],
  syncedAt: '2026-11-01T00:00:00.000Z',
  ...more,
});

export const staff: readonly Person[] = [
  person('唐若谷', '客服', { roles: ['部门负责人'] }),
  person('潘小雨', '客服', { roles: ['客服组长'] }),
  person('孙佳禾', '客服', { roles: ['客服'] }),
  person('汪晓棠', '客服', { roles: ['客服'] }),
  person('吕一诺', '客服', { roles: ['客服'] }),
  person('冯知秋', '品控', { roles: ['品控负责人'] }),
  person('施远帆', '品控', { roles: ['品控专员'] }),
  person('柳青瑶', '品控', { roles: ['品控专员'] }),
  person('裴律安', '法务', { roles: ['法务专员'] }),
  person('丁一舟', '天猫', { roles: ['店铺运营'] }),
  person('邵一鸣', '产品', { roles: ['产品经理'] }),
];

let count = 0;

/** What a source says, with what every event needs. */
export const event = (said: Partial<SourceEvent>): SourceEvent => {
  count += 1;
  return sourceEventSchema.parse({
    source: 'app',
    eventId: `e${count}`,
    caseId: `c${count}`,
    version: START + count,
    kind: 'complaint',
    what: 'opened',
    occurredAt: new Date(START - 60_000).toISOString(),
    ...said,
  });
};

/** The worker's use cases on real tables; only the clock, the people and the rules are ours. */
export const deskWorld = () => {
  const local = localTables();
  const clock = { at: START };
  const rules = {
    desk: defaultDesk,
    calendar: calendarOf(builtInYears),
  };
  const here = { people: staff };
  const now = (): Date => new Date(clock.at);
  const table = local.name('tickets');
  const deps = {
    tickets: tickets(table),
    keys: ticketKeys(table),
    people: () => Promise.resolve(here.people),
    rules: () => Promise.resolve(rules),
    refsOf: buyerRefs([joinKey]),
    now,
  };
  const sealing = seals([key]);
  const box = inbox(local.name('inbox'));
  const tell = (said: SourceEvent) => ingest(deps)(said, now().toISOString());
  const rowsOf = async (name: string): Promise<readonly Record<string, unknown>[]> => {
    const rows: Record<string, unknown>[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await local
        .documents()
        .send(
          new ScanCommand({ TableName: local.name(name), ConsistentRead: true, ExclusiveStartKey: from }),
        );
      rows.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return rows;
  };
  return {
    ...deps,
    local,
    clock,
    here,
    deps,
    inbox: box,
    tell,
    rowsOf,
    desk: () => rules.desk,
    setDesk: (change: Partial<Desk>) => {
      rules.desk = { ...rules.desk, ...change };
    },
    /** The ticket that stands for it. */
    ticket: async (id: string): Promise<Ticket> => {
      const found = await deps.tickets.find(id);
      if (!found) throw new Error(`${id} is not there`);
      return found;
    },
    allTickets: async (): Promise<readonly Ticket[]> =>
      (await rowsOf('tickets')).filter(({ item }) => item === 'ticket') as unknown as Ticket[],
    /** As ticket-intake keeps it. */
    put: (receiptId: string, body: string, eventType = 'x') =>
      putReceiptTo(local.name('inbox'))({
        id: receiptId,
        source: receiptId.slice(0, receiptId.indexOf(':')),
        sender: receiptId.slice(receiptId.indexOf(':') + 1, receiptId.indexOf('#')),
        eventType,
        work: 'ticket',
        receivedAt: now().toISOString(),
        eventAt: now().toISOString(),
        body: sealing.seal(body),
      }),
    work: (id: string) =>
      workOffReceipt({
        inbox: box,
        open: sealing.open,
        ingest: ingest(deps),
        pull: () => Promise.reject(new Error('nothing is pulled here')),
        now,
      })(id),
  };
};
