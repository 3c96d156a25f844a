import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { actInTime } from '../../functions/feishu-cards/act.ts';
import { seals } from '../../shared/seal.ts';
import { sealKey } from '../ingress/calls.ts';
import { clicks } from './clicks.ts';

const board = clicks();
const [lin, zhou] = ['林知夏', '周以安'] as const;

it('an answer that came too late is not recorded as shown: the refresh brings it to the clicker, too', async () => {
  const line = await board.give(lin, zhou);
  const subject = line.subjects[0] ?? '';
  const { contents, deliveries } = board.out();
  const reply = await actInTime({
    followUps: {
      find: board.store().find,
      // The write is slow: when it is through, Feishu has an answer already.
      change: async (before, after, receipts) => {
        const done = await board.store().change(before, after, receipts);
        await wait(400);
        return done;
      },
    },
    deliveries,
    contents,
    seal: seals([Buffer.from(sealKey, 'base64')]).seal,
    cardAnswer: 'card',
    answerWithinMs: 300,
    now: () => new Date(),
  })({
    sender: 'zhida',
    appId: 'cli_a1zhida00000001',
    eventId: 'late-1',
    person: board.person(lin).unionId,
    chatId: 'oc_1',
    subject,
    item: line.item,
    since: line.since,
    act: { do: 'acknowledge' },
  });
  expect(reply).toMatchObject({ toast: { type: 'error' } });
  expect(reply.card).toBeUndefined();
  await wait(500);
  await board.tick();
  await board.tick(121_000);
  for (const name of [lin, zhou]) expect(await board.screenOf(name, line)).toContain('知晓');
  expect(await board.screenOf(lin, line)).toContain(`${lin} 已于`);
});
