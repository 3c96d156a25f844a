/**
 * What one recipient of a post costs in write units of the ledger's table and its indexes: planned, sent, read on the
 * phone, confirmed on the card. Baseline: a message of the bulk lane that is sent and read.
 */
import { policies } from '../config/accounts/policies.ts';
import { postCards } from '../functions/broadcast/cards.ts';
import { planPeople } from '../functions/broadcast/plan-people.ts';
import { personalSubject } from '../shared/broadcasts/broadcast.ts';
import { faceOf, postCard } from '../shared/broadcasts/post-card.ts';
import { keepSnapshot } from '../shared/broadcasts/snapshot.ts';
import { keepCard } from '../shared/delivery/keep-card.ts';
import { sendDelivery } from '../shared/delivery/send.ts';
import { deliveryElementId } from '../shared/feishu/cards.ts';
import { benchPost } from './broadcast-post.ts';
import { type BenchLedger, startLedger } from './ledger.ts';
import { compare, type Line } from './line.ts';

const subject = personalSubject(benchPost);

const unitsOf = ({ meter }: BenchLedger): number =>
  meter
    .take()
    .filter(({ table }) => table.endsWith('-deliveries'))
    .reduce((sum, { units }) => sum + units, 0);

/** Four steps of one person, each with what it cost. */
const stepsOf = async (ledger: BenchLedger, person: string): Promise<readonly number[]> => {
  const { contents, deliveries, sending } = ledger.out;
  const member = { person, name: '同事', departments: [] };
  const snapshots = [...(await keepSnapshot(contents)(benchPost, [member], new Date()))];
  const broadcast = { ...benchPost, snapshots, target: 1 };
  const now = (): Date => new Date();
  const deps = { contents, deliveries, cards: postCards, now, sleep: sending.sleep };
  const found = { broadcasts: { find: () => Promise.resolve(broadcast) } };
  const turn = { broadcast, account: policies, now: now(), goOn: () => Promise.resolve(true) };
  const units: number[] = [];
  const step = async (work: () => Promise<unknown>): Promise<void> => {
    unitsOf(ledger);
    await work();
    units.push(unitsOf(ledger));
  };
  const key = { subject, recipient: person };
  await step(() => planPeople({ ...deps, ...found }, turn, snapshots));
  const planned = await deliveries.find(key);
  if (!planned) throw new Error('it was not planned');
  await step(() => sendDelivery({ ...sending, lane: 'bulk', objections: [] })(planned));
  await step(() => deliveries.recordRead(key, now()));
  const face = faceOf(broadcast, policies);
  if (!face) throw new Error('it has a page');
  const at = now().toISOString();
  const card = postCard(face, { kind: 'confirmed', at, version: 1 });
  const { hash } = await keepCard(contents)(card, { id: deliveryElementId(subject, person) });
  await step(async () => {
    const confirmed = await deliveries.recordConfirmed(key, { at, version: 1, via: 'card' });
    if (confirmed) await deliveries.recordShown(confirmed, { hash, final: true, at: now() });
  });
  return units;
};

const stepNames = ['planned', 'sent', 'read', 'confirmed'] as const;
/** The floor: one write of the row for each step, no index touched. */
const floor = 1;

export const broadcastUnits = async (): Promise<readonly Line[]> => {
  const ledger = await startLedger('bulk');
  try {
    const all: (readonly number[])[] = [];
    for (const { unionId } of ledger.feishu.tenant.company.people.slice(0, 5))
      all.push(await stepsOf(ledger, unionId));
    const line = (name: string, values: readonly number[], aim: number): Line =>
      compare(
        'write units per recipient',
        { name: `broadcast:write-units:${name}`, values },
        { name: 'one write per step', values: values.map(() => aim) },
      );
    const sums = all.map((units) => units.reduce((sum, each) => sum + each, 0));
    return [
      ...stepNames.map((name, index) =>
        line(
          name,
          all.map((units) => units[index] ?? Number.NaN),
          floor,
        ),
      ),
      line('all', sums, floor * stepNames.length),
    ];
  } finally {
    await ledger.close();
  }
};
