/** `plan-child.ts <count>`: plans one broadcast for so many people, then prints `{ ms, peakMb }`. */
import { keepCard } from '../shared/delivery/keep-card.ts';
import { planBulk } from '../shared/delivery/plan.ts';
import { card, deliveryElementId, markdown } from '../shared/feishu/cards.ts';
import { contents } from '../shared/store/contents.ts';
import { deliveries } from '../shared/store/deliveries.ts';
import { digestWish } from './wish.ts';

const count = Number(process.argv[2]);
/** As planPeople of the digest does. */
const atOnce = 16;
const subject = 'broadcast:legal-42:v1';
const text = Array.from(
  { length: 20 },
  (_, at) => `第 ${at + 1} 条　为配合年度合规检查，请在截止前阅读并确认。`,
).join('\n');

const stores = {
  contents: contents('zhida-bench-contents'),
  deliveries: deliveries('zhida-bench-deliveries'),
};

const planOne = async (one: number): Promise<void> => {
  const recipient = `on_${String(one).padStart(32, '0')}`;
  const id = deliveryElementId(subject, recipient);
  const header = { title: '年度合规承诺', colour: 'blue' } as const;
  const design = card({
    id,
    summary: '请阅读并确认',
    header,
    elements: [markdown(text)],
    footer: ['全员必读'],
  });
  const { hash } = await keepCard(stores.contents)(design, { id });
  const wish = digestWish(recipient, hash, subject);
  await planBulk(stores.deliveries)(wish, new Date(), { wakes: one === count - 1 });
};

let next = 0;
const planNext = async (): Promise<void> => {
  while (next < count) {
    next += 1;
    await planOne(next - 1);
  }
};

const started = performance.now();
await Promise.all(Array.from({ length: atOnce }, planNext));
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
