import { describe, expect, it } from 'vitest';
import { postCards } from '../../functions/broadcast/cards.ts';
import { type SettleCardsDeps, settleCards } from '../../functions/broadcast/settle-cards.ts';
import { settleConfirmed } from '../../functions/broadcast/settle-confirmed.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { account, localPosts } from './post-world.ts';

const world = localPosts();
const { ledger, put, read, rowsOf, drain, goTo, confirm, now } = world;
const workbenchUrl = 'http://127.0.0.1:4520/workbench';

const deps = (): SettleCardsDeps => ({
  broadcasts: world.posts(),
  deliveries: ledger.out().deliveries,
  contents: ledger.out().contents,
  accounts: [account],
  cards: postCards,
  workbenchUrl,
});
const close = async (post: Broadcast): Promise<void> => {
  const before = await read(post);
  const closed = { state: 'closed', closedAt: now().toISOString(), closedBecause: 'deadline' } as const;
  await world.posts().change(before, { ...before, ...closed }, { step: 'closed', now: now(), wakes: false });
};
const look = async (post: Broadcast, more: Partial<SettleCardsDeps> = {}): Promise<undefined> =>
  settleCards({ ...deps(), ...more })(await read(post), await rowsOf(post), now());
/** What each of them should see, by name. */
const hashes = async (post: Broadcast): Promise<Readonly<Record<string, string | undefined>>> => {
  const rows = await rowsOf(post);
  const named = (name: string) => rows.find(({ recipient }) => recipient === ledger.person(name).unionId);
  return Object.fromEntries(['陆鸣', '顾晓峰', '田小禾'].map((name) => [name, named(name)?.wanted?.hash]));
};
const start = async (): Promise<Broadcast> => {
  const post = await put(['陆鸣', '顾晓峰', '田小禾'], { deadlineAt: '2026-11-23T10:00:00.000Z' });
  await drain();
  return post;
};

describe('when a post that had to be confirmed has ended', () => {
  it('the card of whoever has not confirmed leads to its page: one content for all of them', async () => {
    await goTo('2026-11-23T10:00');
    const post = await start();
    const before = await hashes(post);
    await look(post);
    expect(await hashes(post)).toEqual(before);
    await confirm(post, '陆鸣');
    await goTo('2026-11-23T18:00');
    await close(post);
    await look(post);
    const after = await hashes(post);
    expect(after['陆鸣']).toBe(before['陆鸣']);
    expect(after['顾晓峰']).not.toBe(before['顾晓峰']);
    expect(after['顾晓峰']).toBe(after['田小禾']);
    const card = await ledger.out().contents.find(after['田小禾'] ?? '');
    expect(card).toContain(encodeURIComponent(`${workbenchUrl}/posts/${post.broadcast}`));
    expect(card).toContain('已过截止时间，仍可补确认');
    expect(card).not.toContain('confirmPost');
    expect(card).not.toContain(encodeURIComponent(post.page?.url ?? ''));
    expect((await read(post)).done).toEqual(['cards-close']);
    const [row] = (await rowsOf(post)).filter(
      ({ recipient }) => recipient === ledger.person('田小禾').unionId,
    );
    await look(post);
    expect(row?.wanted?.version).toBe(2);
  });

  it('the card of whoever confirms in between stays as it is', async () => {
    const post = await start();
    const before = await hashes(post);
    await close(post);
    const { deliveries } = ledger.out();
    await look(post, {
      deliveries: {
        ...deliveries,
        want: async (row, want) => {
          if (row.recipient === ledger.person('顾晓峰').unionId) await confirm(post, '顾晓峰');
          return deliveries.want(row, want);
        },
      },
    });
    const after = await hashes(post);
    expect(after['顾晓峰']).toBe(before['顾晓峰']);
    expect(after['田小禾']).not.toBe(before['田小禾']);
  });

  it('nothing changes on cards of a post that nobody had to confirm', async () => {
    const post = await put(['陆鸣', '顾晓峰', '田小禾'], { mustConfirm: false });
    await drain();
    const before = await hashes(post);
    await close(post);
    await look(post);
    expect(await hashes(post)).toEqual(before);
  });
});

describe('who has confirmed without their card having changed', () => {
  const settle = async (post: Broadcast): Promise<undefined> =>
    settleConfirmed({ ...deps(), deliveries: ledger.out().deliveries, now })(
      await read(post),
      await rowsOf(post),
      now(),
    );
  const later = async (seconds: number): Promise<void> => {
    await ledger.clock.advance(seconds * 1_000);
  };
  const textFor = async (post: Broadcast, name: string): Promise<string> =>
    (await ledger.out().contents.find((await hashes(post))[name] ?? '')) ?? '';

  const startAt = async (day: string): Promise<Broadcast> => {
    await goTo(`${day}T10:00`);
    const post = await put(['陆鸣', '顾晓峰', '田小禾'], { deadlineAt: `${day}T10:00:00.000Z` });
    await drain();
    return post;
  };

  it('sees it a minute later, once: the click may still be under way before', async () => {
    const post = await startAt('2026-11-24');
    const before = await hashes(post);
    await confirm(post, '陆鸣');
    await later(59);
    await settle(post);
    expect(await hashes(post)).toEqual(before);
    await later(2);
    await settle(post);
    expect(await textFor(post, '陆鸣')).toContain('✔ 已确认');
    const after = await hashes(post);
    expect([after['顾晓峰'], after['田小禾']]).toEqual([before['顾晓峰'], before['田小禾']]);
    await later(120);
    await settle(post);
    const { unionId } = ledger.person('陆鸣');
    const own = (await rowsOf(post)).find(({ recipient }) => recipient === unionId);
    expect(own?.wanted).toMatchObject({ version: 2, final: true });
  });

  it('sees it after the end, too, and of a recalled post only that', async () => {
    const post = await startAt('2026-11-25');
    await confirm(post, '顾晓峰');
    await close(post);
    await look(post);
    await later(61);
    await settle(post);
    expect(await textFor(post, '顾晓峰')).toContain('✔ 已确认');

    const recalled = await startAt('2026-11-26');
    await confirm(recalled, '陆鸣');
    const before = await read(recalled);
    const by = { person: 'on_1', name: '闻人杰' };
    const because = { by, at: now().toISOString(), reason: '有误' };
    const told = { step: 'recalled', now: now(), wakes: false };
    await world.posts().change(before, { ...before, state: 'recalled', recalled: because }, told);
    await later(61);
    const hash = (await hashes(recalled))['陆鸣'];
    await settle(recalled);
    expect((await hashes(recalled))['陆鸣']).toBe(hash);
  });
});
