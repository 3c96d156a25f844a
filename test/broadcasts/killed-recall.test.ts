import { beforeAll, describe, expect, it } from 'vitest';
import { remind } from '../../functions/broadcast/remind.ts';
import { catchUpDue } from '../../functions/deliver/catch-up.ts';
import {
  type Broadcast,
  groupSubject,
  personalSubject,
  reminderSubject,
  workSubject,
} from '../../shared/broadcasts/broadcast.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { planBulk } from '../../shared/delivery/plan.ts';
import { type SendDeps, sendDelivery } from '../../shared/delivery/send.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { patchApi } from '../delivery/ledger.ts';
import { mortal } from './crash.ts';
import { killedWorld } from './killed-world.ts';
import { account } from './post-world.ts';

const calendar = calendarOf(builtInYears);
const world = killedWorld((stores) => ({
  lookUps: [],
  followUps: [remind({ ...stores, accounts: [account], calendar: () => Promise.resolve(calendar) })],
}));
const { ledger, read } = world;
const [reader, midway, queued, editor] = ['陆鸣', '顾晓峰', '田小禾', '许念'];
const idOf = (name: string): string => ledger.person(name).unionId;

/** A card of this subject that waits in the bulk lane; nothing but its post keeps it back. */
const plan = async (subject: string, name: string): Promise<Delivery> => {
  const recipient = idOf(name);
  const wish = await ledger.wishFor(name, { subject, recipient, receiveId: recipient });
  await planBulk(ledger.out().deliveries)(wish, world.now(), { wakes: false });
  return ledger.rowOf(wish);
};
const send = async (row: Delivery, more: Partial<SendDeps> = {}): Promise<void> => {
  await sendDelivery({ ...world.sending(), ...more })(row);
};
/** A sender that dies when Feishu has the card and nobody knows. */
const sendAndDie = async (row: Delivery): Promise<void> => {
  const { post } = world.sending();
  const died = new Error('died');
  const dies: SendDeps['post'] = async (...asked) => {
    await post(...asked);
    throw died;
  };
  await expect(send(row, { post: dies })).rejects.toBe(died);
};

const recall = async (post: Broadcast): Promise<Broadcast> => {
  const before = await read(post);
  const by = { person: idOf(editor), name: editor };
  const recalled = { by, at: world.now().toISOString(), reason: '数据有误' };
  const told = { step: 'recall', now: world.now(), wakes: true };
  await world.posts().change(before, { ...before, state: 'recalled', recalled }, told);
  return read(post);
};
const openTo = (names: readonly string[]): Promise<Broadcast> =>
  world.open(names, { editors: [{ person: idOf(editor), name: editor }] });

/** Minutes of everybody who goes on, until the post wants nothing more. */
const goOn = async (post: Broadcast): Promise<void> => {
  const minute = async (): Promise<void> => {
    await world.drain();
    await catchUpDue(ledger.net())(world.now());
    await ledger.clock.advance(61_000);
  };
  await minute();
  while ((await world.advance(post)).nextAt !== undefined) await minute();
  // The net of what the stream would have woken.
  await ledger.sweepAfter(61_000);
};
const onScreen = (name: string, subject: string) => {
  const own = `"${deliveryElementId(subject, idOf(name))}"`;
  const common = `"${deliveryElementId(subject, '')}"`;
  return ledger.screenOf(name).filter(({ content }) => content.includes(own) || content.includes(common));
};
const expectRecalled = (name: string, subject: string, words = '已撤回：数据有误'): void => {
  const shown = onScreen(name, subject);
  expect(shown).toHaveLength(1);
  expect(shown[0]?.content).toContain(words);
};

beforeAll(async () => {
  // A chat that was seen once can be read.
  for (const name of [reader, midway, queued, editor]) await send(await plan('digest:before:1', name));
});

describe('a recall that is killed', () => {
  it('is ended by the next run, wherever it stopped: each card once, its reminder, its editor once, nothing more leaves', async () => {
    const prepare = async (): Promise<Broadcast> => {
      const post = await openTo([reader, midway, queued]);
      const subject = personalSubject(post);
      for (const of of [subject, reminderSubject(post, '1')]) await send(await plan(of, reader));
      await sendAndDie(await plan(subject, midway));
      await plan(subject, queued);
      ledger.callsOf(patchApi);
      return recall(post);
    };
    const check = async (post: Broadcast): Promise<void> => {
      await goOn(post);
      const subject = personalSubject(post);
      for (const name of [reader, midway]) expectRecalled(name, subject);
      expectRecalled(reader, reminderSubject(post, '1'), '已撤回，无需再操作');
      expect(onScreen(queued, subject)).toEqual([]);
      expect(ledger.callsOf(patchApi)).toHaveLength(3);
      expect(onScreen(editor, workSubject(post, 'recalled'))).toHaveLength(1);
      expect((await read(post)).done).toEqual(['recalled']);
      const rows = await world.rowsOf(post);
      expect(rows.map(({ state, reason }) => reason ?? state).toSorted()).toEqual([
        'accepted',
        'accepted',
        'post_recalled',
      ]);
      expect(await ledger.out().deliveries.listOfSubject(groupSubject(post))).toEqual([]);
    };
    expect(await world.dieEverywhere({ prepare, check })).toBeGreaterThan(15);
  }, 120_000);
});

describe('a recall of which a part fails', () => {
  it('is tried again until all of it has been done', async () => {
    const post = await openTo([reader]);
    for (const of of [personalSubject(post), reminderSubject(post, '1')]) await send(await plan(of, reader));
    await recall(post);
    await ledger.clock.advance(61_000);
    const broken = () => Promise.reject(new Error('not now'));
    expect((await world.advance(post, { followUps: [broken] })).nextAt).toBeDefined();
    await goOn(post);
    expectRecalled(reader, reminderSubject(post, '1'), '已撤回，无需再操作');
  });
});

describe('a card of which nobody knows whether it has arrived', () => {
  it('is recalled when it has, and so is a reminder', async () => {
    const post = await openTo([queued]);
    ledger.fail({ kind: 'lost_reply', count: 2 });
    await send(await plan(personalSubject(post), queued), { patienceMs: 0 });
    await send(await plan(reminderSubject(post, '1'), queued), { patienceMs: 0 });
    expect((await world.rowsOf(post)).map(({ state, messageId }) => [state, messageId])).toEqual([
      ['failed', undefined],
    ]);
    await recall(post);
    await world.advance(post);
    await goOn(post);
    await ledger.sweepAfter(120_000);
    await goOn(post);
    expectRecalled(queued, personalSubject(post));
    expectRecalled(queued, reminderSubject(post, '1'), '已撤回，无需再操作');
  });
});

describe('a card that is being sent while its post is recalled', () => {
  it('says so, or never arrives, wherever its sender was', async () => {
    const calls = async (at: number): Promise<number> => {
      const post = await openTo([queued]);
      const row = await plan(personalSubject(post), queued);
      let made = 0;
      const process = mortal({ at: Number.POSITIVE_INFINITY, when: 'after' }, async () => {
        made += 1;
        if (made !== at) return;
        await recall(post);
        await world.advance(post);
      });
      const { all, verb } = process;
      const { deliveries, contents, slots, post: postCard, modes, firm = [], objections } = world.sending();
      await send(row, {
        deliveries: all(deliveries),
        contents: all(contents),
        slots: all(slots),
        post: verb(postCard),
        modes: verb(modes),
        objections: objections.map(verb),
        firm: firm.map(verb),
      });
      if (at > 0) {
        await goOn(post);
        const shown = onScreen(queued, personalSubject(post));
        for (const { content } of shown) expect(content, `after call ${at}`).toContain('已撤回：数据有误');
        expect(shown.length).toBeLessThanOrEqual(1);
      }
      return process.calls();
    };
    const all = await calls(0);
    for (let at = 1; at <= all; at += 1) await calls(at);
    expect(all).toBeGreaterThan(5);
  }, 60_000);
});
