/**
 * What one case costs from intake to closing, in write units of DynamoDB (indexes, transactions and receipts included)
 * and in calls of Feishu's API. Twenty come in a burst, as they do when a sale ends, so that Base takes them in batches.
 *
 * The floor is what no design could spare: one unit for each fact that must outlive a crash (an event received, a row of
 * the ticket's history, the ticket, the place of its row in Base, a card sent and its last face), and one call for each
 * card sent, one for its last face, one to create and one to end each batch of rows.
 */
import { ticketSchema } from '../shared/tickets/ticket.ts';
import { tap } from '../simulator/demo-clicks.ts';
import { botChat } from '../simulator/demo-people.ts';
import { appMessage, doudianMessage, type Story } from '../simulator/sources/case-messages.ts';
import type { Message } from '../simulator/sources/sign.ts';
import { compare, type Line } from './line.ts';
import { openTicketDesk, type TicketDesk } from './ticket-desk.ts';

const cases = 20;
const hourMs = 3_600_000;

const story = (number: number): Story => ({
  number,
  product: { sku: 'NX-101', name: '代餐奶昔·香草' },
  orderId: `47052884655${String(number).padStart(8, '0')}`,
  buyer: `buyer-${number}`,
  phone: `139${String(number).padStart(8, '0')}`,
  kind: 'refund',
  reason: '少件/漏发',
  text: '买了两盒代餐奶昔，箱子里只有一盒，漏发了',
  amountFen: 13_200,
});

type Way = {
  readonly name: string;
  /** Cards that each case shows. */
  readonly cards: number;
  readonly begin: (number: number) => readonly Message[];
  /** What people do before its source ends it. */
  readonly work: (desk: TicketDesk) => Promise<void>;
  readonly end: (number: number) => readonly Message[];
};

const words = { '处理方式（必选）': '补发', '责任方（必选）': '仓库', '备注（可不填）': '已补发一盒' };

/** Each owner resolves what they have, on its card. */
const resolveAll = async ({ feishu }: TicketDesk): Promise<void> => {
  for (const { unionId } of feishu.tenant.company.people) {
    for (const card of (await botChat({ url: feishu.url }, unionId)).cards) {
      const on = { do: 'resolve', words };
      await tap({ url: feishu.url }, unionId, { card, on });
    }
  }
};

const ways: readonly Way[] = [
  {
    name: 'table',
    cards: 0,
    begin: (number) => [appMessage(story(number), 'created', { at: new Date(), text: story(number).text })],
    work: () => Promise.resolve(),
    end: (number) => [appMessage(story(number), 'closed', { at: new Date(), text: '' })],
  },
  {
    name: 'card',
    cards: 1,
    begin: (number) => {
      const [at, deadline] = [new Date(), new Date(Date.now() + 3 * hourMs)];
      return [
        doudianMessage(story(number), 'created', { at }),
        doudianMessage(story(number), 'deadline', { at, deadline }),
      ];
    },
    work: resolveAll,
    end: (number) => [doudianMessage(story(number), 'success', { at: new Date() })],
  },
];

const tellAll = async (desk: TicketDesk, messages: readonly Message[]): Promise<void> => {
  for (const message of messages) await desk.tell(message);
  await desk.drain();
};

/** What is resolved closes after 72 hours; four whole days later it is ten in the morning again. */
const closing = 96 * hourMs;

const play = async (desk: TicketDesk, way: Way, numbers: readonly number[]): Promise<void> => {
  const { begin, work, end } = way;
  await tellAll(desk, numbers.flatMap(begin));
  await work(desk);
  await desk.drain();
  await tellAll(desk, numbers.flatMap(end));
  await desk.tickAfter(closing);
  await desk.drain();
};

type Facts = { readonly events: number; readonly history: number; readonly tickets: number };

const factsOf = async (desk: TicketDesk): Promise<Facts> => {
  const rows = await desk.rows('tickets');
  const closed = rows
    .filter(({ item }) => item === 'ticket')
    .map((row) => ticketSchema.parse(row))
    .filter(({ state }) => state === 'closed');
  return {
    events: (await desk.rows('inbox')).filter(({ work, source }) => work === undefined && source !== 'feishu')
      .length,
    history: closed.reduce((sum, { version }) => sum + version, 0),
    tickets: closed.length,
  };
};

const floorWords = {
  writes:
    'events, rows of history, the ticket, its place in Base, a card sent and its last face, a unit each',
  calls: 'a card sent and its last face, rows of Base created and ended in one call per batch',
} as const;

type Cost = { readonly unit: string; readonly value: number; readonly floor: number };

const costLine = ({ name }: Way, of: keyof typeof floorWords, { unit, value, floor }: Cost): Line =>
  compare(
    unit,
    { name: `ticket-cost:${name}:${of}`, values: [value] },
    { name: `the floor: ${floorWords[of]}`, values: [floor] },
  );

const measure = async (desk: TicketDesk, way: Way, numbers: readonly number[]): Promise<readonly Line[]> => {
  const before = await factsOf(desk);
  const callsBefore = desk.feishu.tenant.calls.since(0).at(-1)?.seq ?? 0;
  desk.unitsSpent();
  await play(desk, way, numbers);
  const units = desk.unitsSpent();
  const calls = desk.feishu.tenant.calls.since(callsBefore).filter(({ api }) => !api.includes('/auth/'));
  const after = await factsOf(desk);
  if (after.tickets - before.tickets !== cases) throw new Error(`${way.name}: not every case has closed`);
  const each = (value: number): number => value / cases;
  const events = each(after.events - before.events);
  const history = each(after.history - before.history);
  const facts = events + history + 2 + 2 * way.cards;
  const total = [...units.values()].reduce((sum, value) => sum + value, 0);
  return [
    costLine(way, 'writes', { unit: 'write units per case', value: each(total), floor: facts }),
    costLine(way, 'calls', {
      unit: 'calls per case',
      value: each(calls.length),
      floor: 2 * way.cards + each(2),
    }),
  ];
};

export const ticketCost = async (): Promise<readonly Line[]> => {
  const desk = await openTicketDesk();
  try {
    // The first case makes the Base with its fields and views, which are there once.
    if (ways[0]) await play(desk, ways[0], [1]);
    const lines: Line[] = [];
    for (const [index, way] of ways.entries()) {
      const numbers = Array.from({ length: cases }, (_, nth) => 100 * (index + 1) + nth);
      lines.push(...(await measure(desk, way, numbers)));
    }
    return lines;
  } finally {
    await desk.close();
  }
};
