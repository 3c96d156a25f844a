/**
 * 1,000 deliveries of the bulk lane in real time: planned, then drained by the one drainer through the simulator with its
 * limits on (50/s, 1000/min). Baseline: the safe minimum, the earliest moment at which the 1,000th may leave when no
 * 60.6 s hold more than 900 sends of bulk and no 1.25 s more than 50 of all.
 */
import { randomUUID } from 'node:crypto';
import { drainBulk } from '../functions/deliver-bulk/drain.ts';
import { planBulk } from '../shared/delivery/plan.ts';
import { sendDelivery } from '../shared/delivery/send.ts';
import { card, deliveryElementId, markdown } from '../shared/feishu/cards.ts';
import { leases } from '../shared/store/leases.ts';
import { slotStore } from '../shared/store/slots.ts';
import { type BenchLedger, startLedger } from './ledger.ts';
import { compare, type Line } from './line.ts';
import { safeMinimumS } from './safe-minimum.ts';
import { digestWish } from './wish.ts';

const count = 1_000;
const opsTable = 'zhida-bench-ops';
const api = 'POST /open-apis/im/v1/messages';

/** Each person gets 17 of them, seconds apart: the limit of 5/s to one person is not what is measured. */
const plan = async ({ out, feishu }: BenchLedger): Promise<void> => {
  const people = feishu.tenant.company.people.filter(({ name }) => !['龚思齐', '鲁建军'].includes(name));
  const began = Date.now() - count;
  for (let index = 0; index < count; index += 1) {
    const { unionId } = people[index % people.length] ?? { unionId: '' };
    const subject = `broadcast:bench-${Math.floor(index / people.length)}:v1`;
    const text = card({
      id: deliveryElementId(subject, unionId),
      summary: '通知',
      header: { title: '通知', colour: 'blue' },
      elements: [markdown(subject)],
      footer: [],
    });
    const hash = await out.contents.keep(JSON.stringify(text));
    const wish = digestWish(unionId, hash, subject);
    await planBulk(out.deliveries)(wish, new Date(began + index), { wakes: false });
  }
};

type Sent = { readonly seconds: number; readonly limiterWrites: number };

const drain = async ({ out, feishu }: BenchLedger): Promise<Sent> => {
  const seen = feishu.tenant.calls.since(0).at(-1)?.seq ?? 0;
  const began = performance.now();
  const { sent } = await drainBulk({
    deliveries: out.deliveries,
    // One person gets more of them than attention allows.
    send: sendDelivery({ ...out.sending, objections: [] }),
    leases: leases(opsTable),
    holder: randomUUID(),
    now: out.sending.now,
    sleep: out.sending.sleep,
    workMs: 10 * 60_000,
    settle: out.settle,
  })(new Date());
  const seconds = (performance.now() - began) / 1000;
  const calls = feishu.tenant.calls.since(seen).filter((call) => call.api === api);
  const refused = calls.filter(({ code }) => code !== 0).length;
  if (sent !== count || refused > count / 1_000) throw new Error(`${sent} sent, ${refused} refused`);
  const { revision } = await slotStore(opsTable).read({ sender: 'zhida', api: 'create' });
  return { seconds, limiterWrites: revision };
};

/** One run takes about 64 s. */
export const send1000 = async (runs: number): Promise<readonly Line[]> => {
  const measured: Sent[] = [];
  for (let run = 0; run < runs; run += 1) {
    const ledger = await startLedger('bulk');
    await plan(ledger);
    measured.push(await drain(ledger).finally(ledger.close));
  }
  const same = (value: number): readonly number[] => measured.map(() => value);
  return [
    compare(
      's',
      { name: 'send-1000', values: measured.map(({ seconds }) => seconds) },
      { name: 'safe minimum: 900 in 60.6 s, 50 in 1.25 s', values: same(safeMinimumS(count)) },
    ),
    compare(
      'writes',
      { name: 'send-1000-limiter', values: measured.map(({ limiterWrites }) => limiterWrites) },
      { name: 'one write for 20 sends', values: same(count / 20) },
    ),
  ];
};
