import { tell, until } from './demo-play.ts';
import { allTickets } from './demo-rows.ts';
import type { Desk } from './demo-scene.ts';
import { percentile } from './demo-summary.ts';
import { appMessage } from './sources/case-messages.ts';
import type { Message } from './sources/sign.ts';

const dangers = [
  { name: '蛋白棒·海盐坚果', text: '咬到一小块塑料片，就在里面' },
  { name: '高纤饼干', text: '打开有一股臭味，变质了' },
  { name: '魔芋面·番茄', text: '汤包里有一根头发，太恶心了' },
  { name: '鸡胸肉·原味', text: '袋子鼓起来了，胀包' },
  { name: '乳清蛋白粉·香草', text: '粉里有一只虫子' },
] as const;

const caseIdOf = (index: number): string => `fb-${910_001 + index}`;

const messageOf = (index: number, { name, text }: (typeof dangers)[number]): Message => {
  const number = 910_001 + index;
  const told = {
    number,
    product: { sku: `DG-${index}`, name },
    orderId: `47052884656${String(number).padStart(8, '0')}`,
    buyer: `buyer-${number}`,
    phone: `1390000${String(9_000 + index)}`,
    kind: 'complaint',
    reason: '质量问题',
    text,
    amountFen: 4_990,
  } as const;
  return appMessage(told, 'created', { at: new Date(), text });
};

type Spent = { readonly ticketMs: number; readonly cardMs: number };

/** One dangerous case while nothing else happens: until it has a ticket, and until Feishu has its owner's card. */
const tellOne = async ({ play }: Desk, index: number, message: Message): Promise<Spent | undefined> => {
  play.stack.shops.send(message);
  let spent: Spent | undefined;
  await until(play, `nobody has a card of ${caseIdOf(index)}`, async () => {
    const ticket = (await allTickets(play.stack)).find(({ sources }) =>
      sources.some(({ caseId }) => caseId === caseIdOf(index)),
    );
    if (!ticket) return false;
    const [row] = await play.deliveries.listOfSubject(`ticket:${ticket.ticket}`);
    const [first] = await play.tickets.history(ticket.ticket);
    if (row?.acceptedAt === undefined || !first) return false;
    const since = (at: string): number => Date.parse(at) - Date.parse(ticket.receivedAt);
    spent = { ticketMs: since(first.at), cardMs: since(row.acceptedAt) };
    return true;
  });
  return spent;
};

const promisedMs = 3_000;

const p95 = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.95,
  ) ?? Infinity;

/** From the intake to the card, case by case: what a person waits for when the day isn't squeezed into seconds. */
export const tellDangers = async (
  desk: Desk,
): Promise<{ readonly ticketP95: number; readonly urgentP95: number }> => {
  const all: Spent[] = [];
  for (const [index, danger] of dangers.entries()) {
    const spent = await tellOne(desk, index, messageOf(index, danger));
    if (spent) all.push(spent);
  }
  const [ticketP95, urgentP95] = [
    p95(all.map(({ ticketMs }) => ticketMs)),
    p95(all.map(({ cardMs }) => cardMs)),
  ];
  if (urgentP95 > promisedMs) desk.play.problems.push(`an urgent card took ${urgentP95} ms`);
  tell(
    `${all.length} 件食品安全逐件到达：事件 → 工单 p95 ${ticketP95} 毫秒，事件 → P0 卡片 p95 ${urgentP95} 毫秒`,
  );
  return { ticketP95, urgentP95 };
};
