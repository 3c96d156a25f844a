import { expect, it } from 'vitest';
import { postCards } from '../../functions/broadcast/cards.ts';
import { countInGroups, type GroupCountDeps } from '../../functions/broadcast/group-counts.ts';
import { type Broadcast, groupSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { planBulk } from '../../shared/delivery/plan.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { account, localPosts } from './post-world.ts';

const world = localPosts();
const { ledger, put, read, rowsOf, goTo, confirm, now } = world;

const deps = (): GroupCountDeps => ({
  broadcasts: world.posts(),
  deliveries: ledger.out().deliveries,
  contents: ledger.out().contents,
  accounts: [account],
  cards: postCards,
  workbenchUrl: 'http://127.0.0.1:4520/workbench',
  wantContent: world.want,
});
const look = async (post: Broadcast) => countInGroups(deps())(await read(post), await rowsOf(post), now());

const chat = { recipient: 'chat:oc_all', receiveId: 'oc_all', receiveIdType: 'chat_id' } as const;
const putInGroup = async (post: Broadcast): Promise<void> => {
  const { contents, deliveries } = ledger.out();
  const subject = groupSubject(post);
  const card = postCards.group({ account, broadcast: post }, { confirmed: 0, target: post.target });
  const kept = await keepCard(contents)(card, { id: deliveryElementId(subject, '') });
  const wish = { ...chat, ...kept, subject, sender: account.sender, eventAt: now() };
  await planBulk(deliveries)(wish, now(), { wakes: false });
};
const shown = async (post: Broadcast): Promise<readonly [string, number | undefined]> => {
  const { contents, deliveries } = ledger.out();
  const row = await deliveries.find({ subject: groupSubject(post), recipient: chat.recipient });
  return [(await contents.find(row?.wanted?.hash ?? '')) ?? '', row?.wanted?.version];
};

it('cards in groups count who has confirmed after an hour, after a day and at the end, and no more often', async () => {
  await goTo('2026-11-23T10:00');
  const post = await put(['陆鸣', '顾晓峰', '田小禾']);
  await putInGroup(post);
  await confirm(post, '陆鸣');
  expect((await look(post))?.toISOString()).toBe('2026-11-23T03:00:00.000Z');
  expect(await shown(post)).toEqual([expect.stringContaining('已确认 0/3'), 1]);
  await goTo('2026-11-23T11:00');
  expect((await look(post))?.toISOString()).toBe('2026-11-24T02:00:00.000Z');
  expect(await shown(post)).toEqual([expect.stringContaining('已确认 1/3'), 2]);
  await confirm(post, '顾晓峰');
  await goTo('2026-11-23T12:00');
  await look(post);
  expect((await shown(post))[1]).toBe(2);
  const before = await read(post);
  const closed: Broadcast = { ...before, state: 'closed', closedAt: now().toISOString() };
  await world.posts().change(before, closed, { step: 'closed', now: now(), wakes: false });
  expect(await look(post)).toBeUndefined();
  expect(await shown(post)).toEqual([expect.stringContaining('已确认 2/3'), 3]);
});
