import { expect, it } from 'vitest';
import { sendNow } from '../../shared/delivery/send.ts';
import { localLedger } from './ledger.ts';

const ledger = localLedger();
const { sender, screenOf, wishFor, rowOf, fail, sweepAfter } = ledger;

it('a chat whose sender died before it was kept on the person is found by the card that it sent', async () => {
  const first = await wishFor('石敬川');
  await sendNow({ ...sender(), onAccepted: () => Promise.reject(new Error('died')) })(first);
  expect((await ledger.out().people.find(first.recipient))?.chats).toEqual({});
  const wish = await wishFor('石敬川');
  fail({ kind: 'lost_reply', count: 1 });
  await sendNow(sender())(wish);
  expect(await sweepAfter(51 * 60_000)).toEqual({ due: 1, accepted: 1 });
  expect(await rowOf(wish)).toMatchObject({ state: 'accepted', shown: { hash: wish.hash } });
  expect(screenOf('石敬川')).toHaveLength(2);
});
