import { describe, expect, it } from 'vitest';
import { type CadenceDeps, remindOfCadence } from '../../functions/broadcast/cadence.ts';
import type { Account } from '../../shared/broadcasts/account.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { account, localPosts } from './post-world.ts';

const world = localPosts();
const { ledger, put, goTo, now } = world;
const calendar = calendarOf(builtInYears);

const ours: Account = { ...account, cadenceDays: 3, editors: [{ departments: ['华东大区'] }] };
const deps = (): CadenceDeps => ({
  broadcasts: world.posts(),
  deliveries: ledger.out().deliveries,
  contents: ledger.out().contents,
  people: ledger.out().people,
  // The table refuses to be asked for the first of them.
  accounts: [{ ...ours, id: '' }, ours],
  calendar: () => Promise.resolve(calendar),
});
const tell = () => remindOfCadence(deps())(now());

describe('an account that is silent', () => {
  it('has no cadence before its first post', async () => {
    await goTo('2026-11-23T10:02');
    expect(await tell()).toBe(0);
  });

  it('reminds its editors once, at 10:02 of a working day, until it has spoken again', async () => {
    await goTo('2026-11-24T15:00');
    const post = await put(['田小禾']);
    await goTo('2026-11-27T10:02');
    // Not three days yet.
    expect(await tell()).toBe(0);
    // A Saturday.
    await goTo('2026-11-28T16:00');
    expect(await tell()).toBe(0);
    await goTo('2026-11-29T10:02');
    expect(await tell()).toBe(0);
    await goTo('2026-11-30T10:01');
    expect(await tell()).toBe(0);
    // A tick came late.
    await goTo('2026-11-30T10:05');
    const editors = (await ledger.out().people.listHere()).filter(({ departments }) =>
      departments.includes('华东大区'),
    );
    expect(editors.length).toBeGreaterThan(0);
    expect(await tell()).toBe(editors.length);
    expect(await tell()).toBe(0);
    const [row] = await ledger.out().deliveries.listOfSubject(`post:${post.broadcast}:silence`);
    expect(await ledger.out().contents.find(row?.wanted?.hash ?? '')).toContain(
      '制度与流程 已 5 天没有新内容',
    );
    await goTo('2026-12-01T10:02');
    expect(await tell()).toBe(0);
    await put(['田小禾']);
    await goTo('2026-12-07T10:02');
    expect(await tell()).toBe(editors.length);
  });
});
