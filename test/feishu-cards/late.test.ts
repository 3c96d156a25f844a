import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type ActInTimeDeps, actInTime } from '../../functions/feishu-cards/act.ts';
import { seals } from '../../shared/seal.ts';
import { sealKey } from '../ingress/calls.ts';
import { clicks } from './clicks.ts';

const board = clicks();
const [lin, zhou] = ['林知夏', '周以安'] as const;

const deps = (): ActInTimeDeps => {
  const { contents, deliveries } = board.out();
  return {
    followUps: board.store(),
    deliveries,
    contents,
    seal: seals([Buffer.from(sealKey, 'base64')]).seal,
    cardAnswer: 'card',
    answerWithinMs: 300,
    now: () => new Date(),
  };
};
const acknowledge = ({ subjects, item, since }: Awaited<ReturnType<typeof board.give>>, eventId: string) => ({
  ...{ sender: 'zhida', appId: 'cli_a1zhida00000001', eventId, chatId: 'oc_1' },
  person: board.person(lin).unionId,
  subject: subjects[0] ?? '',
  ...{ item, since, act: { do: 'acknowledge' as const } },
});

it('an answer that came too late is not recorded as shown: the refresh brings it to the clicker, too', async () => {
  const line = await board.give(lin, zhou);
  const reply = await actInTime({
    ...deps(),
    followUps: {
      find: board.store().find,
      // The write is slow: when it is through, Feishu has an answer already.
      change: async (before, after, receipts) => {
        const done = await board.store().change(before, after, receipts);
        await wait(400);
        return done;
      },
    },
  })(acknowledge(line, 'late-1'));
  expect(reply).toMatchObject({ toast: { type: 'error' } });
  expect(reply.card).toBeUndefined();
  await wait(500);
  await board.tick();
  await board.tick(121_000);
  for (const name of [lin, zhou]) expect(await board.screenOf(name, line)).toContain('知晓');
  expect(await board.screenOf(lin, line)).toContain(`${lin} 已于`);
});

const hashOf = (card: object): string =>
  createHash('sha256').update(JSON.stringify(card), 'utf8').digest('hex');

type Ledger = ActInTimeDeps['deliveries'];
type Recorded = ReturnType<Ledger['recordShown']>;
const unheard = () => Promise.reject(new Error('no answer of the store'));
/** The write is made, and then this becomes of it. */
const afterwards =
  (then: (row: Awaited<Recorded>, write: () => Recorded) => Recorded) =>
  ({ find, recordShown }: Ledger): Ledger => ({
    find,
    recordShown: async (...shown) => then(await recordShown(...shown), () => recordShown(...shown)),
  });
const unreadableOnceRecorded = (ledger: Ledger): Ledger => {
  let isRecorded = false;
  return {
    find: (key) => (isRecorded ? unheard() : ledger.find(key)),
    recordShown: (...shown) => {
      isRecorded = true;
      return ledger.recordShown(...shown);
    },
  };
};

const isSlow = afterwards(async (row) => {
  await wait(400);
  return row;
});
const isLost = afterwards(unheard);
/** What the store's client does when it hears nothing: it meets its own write. */
const isRepeated = afterwards((_, write) => write());

it.each([
  { how: 'is slow', meet: isSlow },
  { how: 'is lost', meet: isLost },
  { how: 'is repeated by the client', meet: isRepeated },
  {
    how: 'is repeated by the client and cannot be read',
    meet: (ledger: Ledger) => unreadableOnceRecorded(isRepeated(ledger)),
  },
])('a card whose record $how leaves with the answer: its row says that it is shown', async ({ meet }) => {
  const line = await board.give(lin, zhou);
  const { deliveries } = board.out();
  const slow = { ...deps(), deliveries: meet(deliveries) };
  const reply = await actInTime(slow)(acknowledge(line, `slow-${line.item}`));
  expect(reply.toast.type).toBe('success');
  const card = reply.card?.data ?? {};
  expect(JSON.stringify(card)).toContain(`${lin} 已于`);
  const row = await deliveries.find({
    subject: line.subjects[0] ?? '',
    recipient: board.person(lin).unionId,
  });
  expect(row?.shown?.hash).toBe(hashOf(card));
});
