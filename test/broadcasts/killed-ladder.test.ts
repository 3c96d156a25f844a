import { describe, expect, it } from 'vitest';
import { remind } from '../../functions/broadcast/remind.ts';
import { type Broadcast, reminderSubject, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { killedWorld } from './killed-world.ts';
import { account } from './post-world.ts';

const calendar = calendarOf(builtInYears);
const world = killedWorld((stores) => ({
  lookUps: [],
  followUps: [remind({ ...stores, accounts: [account], calendar: () => Promise.resolve(calendar) })],
}));
const { ledger, read } = world;
const idOf = (name: string): string => ledger.person(name).unionId;
const idsOf = (...names: readonly string[]): readonly string[] => names.map(idOf).toSorted();
const shanghai = (text: string): string => new Date(`2026-11-${text}:00+08:00`).toISOString();

const [fresh, reminded, urged, alsoUrged, confirmed] = ['区少明', '石敬川', '陆鸣', '温可儿', '顾晓峰'];
/** When each got their card, and the reminders that they have had. */
const climbed: Readonly<Record<string, readonly string[]>> = {
  [fresh]: ['24T17:00'],
  [reminded]: ['24T10:00', '24T12:00'],
  [urged]: ['23T10:00', '23T12:00', '24T10:02'],
  [alsoUrged]: ['23T10:00', '23T12:00', '24T10:02'],
  [confirmed]: ['23T10:00', '23T12:00'],
};

/** Everybody is due at once, each for another rung, and an editor has asked for all of them. */
const prepare = async (): Promise<Broadcast> => {
  const { deliveries, contents } = ledger.out();
  const audience = { any: [{ people: Object.keys(climbed).map(idOf) }], except: [] };
  const post = await world.open(Object.keys(climbed), { reminded: 1, audience });
  const wanted = { version: 1, hash: await contents.keep('{}') };
  const rows = Object.entries(climbed).flatMap(([name, times]) =>
    times.map((time, rung) => {
      const at = shanghai(time);
      const subject = rung === 0 ? {} : { subject: reminderSubject(post, String(rung)) };
      const facts = { plannedAt: at, acceptedAt: at, wanted, shown: wanted };
      return world.rowFor(post, name, { ...facts, ...subject });
    }),
  );
  await Promise.all(rows.map(deliveries.put));
  await world.confirm(post, confirmed);
  return post;
};

const recipientsOf = async (subject: string): Promise<readonly string[]> =>
  (await ledger.out().deliveries.listOfSubject(subject)).map(({ recipient }) => recipient).toSorted();
const managersMark = 'managers-2026-11-25';

const check = async (post: Broadcast): Promise<void> => {
  const asked = (which: string) => recipientsOf(reminderSubject(post, which));
  expect(await asked('1')).toEqual(idsOf(fresh, reminded, urged, alsoUrged, confirmed));
  expect(await asked('2')).toEqual(idsOf(reminded, urged, alsoUrged));
  // Whom the ladder asks in the same look isn't asked by hand as well.
  expect(await asked('m1')).toEqual(idsOf(urged, alsoUrged));
  const lists = await ledger.out().deliveries.listOfSubject(workSubject(post, managersMark));
  const texts = lists.map(async ({ recipient, wanted }) => {
    const text = (await ledger.out().contents.find(wanted?.hash ?? '')) ?? '';
    return [recipient, [urged, alsoUrged, confirmed, fresh].filter((name) => text.includes(name))] as const;
  });
  expect(Object.fromEntries(await Promise.all(texts))).toEqual({
    [idOf('沈南乔')]: [urged],
    [idOf('梁佩珊')]: [alsoUrged],
  });
  expect((await read(post)).done.toSorted()).toEqual([managersMark, 'reminded-1']);
  const own = { subject: reminderSubject(post, '1'), recipient: idOf(confirmed) };
  expect((await ledger.rowOf(own)).wanted).toMatchObject({ version: 2, final: true });
};

describe('a look at who is to be reminded that is killed', () => {
  it('is ended by the next, wherever it stopped: each rung once per person, each manager once, 催未读 once', async () => {
    await world.goTo('2026-11-25T10:05');
    expect(await world.dieEverywhere({ prepare, check })).toBeGreaterThan(20);
    // Looking once more changes nothing.
    const post = await prepare();
    await world.advance(post);
    await world.advance(post);
    await check(post);
  }, 120_000);
});
