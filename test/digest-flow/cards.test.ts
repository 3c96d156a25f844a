import { beforeAll, describe, expect, it, vi } from 'vitest';
import { biQueries } from '../../config/queries/bi.ts';
import { digestCommands } from '../../functions/digest/commands.ts';
import { releaseNow } from '../../functions/digest/due.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { money } from '../../shared/digests/wording.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { localMorning } from './morning.ts';

const today = '2026-11-24';
const yesterday = '2026-11-23';
const regions = ['华东', '华南', '华北', '西部'];
const morning = localMorning(today);
const { bi, release, invocation, rowsOf, endingsOf, shownTo, screenOf, person, out, source } = morning;

const everyone = [
  ['林知夏', '周以安', '高远', '秦越', '钱正清'],
  ['沈南乔', '梁佩珊', '石敬川', '蒲海棠'],
  ['苏沐晴', '江予川', '尹书言'],
  ['程铁生', '孟繁星', '冯知秋', '戴明薇'],
].flat();

type Day = { day: string; paidFen: number; orders: number };
const paidOn = async (day: string, of: readonly string[]): Promise<number> => {
  const { rows } = await source().run('sales.days', { from: day, to: day, regions: of });
  return (rows as readonly Day[])[0]?.paidFen ?? 0;
};

describe('the card of a day', () => {
  let bundle: Bundle;
  let subject: string;
  beforeAll(async () => {
    bundle = release();
    subject = `digest:${bundle.id}:${today}`;
    expect(bi().lastDay).toBe(yesterday);
    await releaseNow(invocation([bundle]), bundle, today);
  });

  it('reaches exactly those whose role names them, once', async () => {
    expect(await endingsOf(subject)).toEqual({ accepted: everyone.toSorted() });
    for (const name of everyone) expect(screenOf(name)).toHaveLength(1);
    expect(morning.messagesOnAllScreens()).toBe(everyone.length);
  });

  it('keeps the identity: target = the rows of the subject = Σ states', async () => {
    const window = await morning.windows().find(bundle.id, today);
    expect(window).toMatchObject({ state: 'sent', target: everyone.length });
    expect(await rowsOf(subject)).toHaveLength(everyone.length);
    for (const { id } of bundle.digests) {
      expect(await morning.windows().find(id, today)).toMatchObject({
        state: 'sent',
        carriedBy: bundle.id,
        from: yesterday,
        to: yesterday,
      });
    }
  });

  it('on the screen is the content that the ledger says is shown, and carries its delivery', async () => {
    for (const name of everyone) {
      const { person: unionId } = await person(name);
      const [screen] = screenOf(name, deliveryElementId(subject, unionId));
      expect(screen).toBe(await shownTo(subject, name));
    }
  });

  it.each([
    ['沈南乔', '华东'],
    ['梁佩珊', '华南'],
    ['石敬川', '华北'],
    ['蒲海棠', '西部'],
  ])('of %s holds the figures of %s as SQL says them, and those of no other region', async (name, region) => {
    const text = await shownTo(subject, name);
    expect(text).toContain(`${region}大区`);
    const own = await paidOn(yesterday, [region]);
    expect(own).toBeGreaterThan(0);
    expect(text).toContain(money(own));
    const others = regions.filter((each) => each !== region);
    for (const other of others) expect(text).not.toContain(other);
    const foreign = await Promise.all([
      ...others.map((other) => paidOn(yesterday, [other])),
      paidOn(yesterday, regions),
    ]);
    for (const fen of foreign.filter((each) => money(each) !== money(own))) {
      expect(text).not.toContain(money(fen));
    }
  });

  it('of somebody who sees the whole company holds the sum of all regions', async () => {
    const text = await shownTo(subject, '林知夏');
    expect(text).toContain(money(await paidOn(yesterday, regions)));
    expect(text).toContain('全公司');
  });

  it('has lines of finance for those entitled, and a trace of them for nobody else', async () => {
    const { rows } = await source().run('finance.receivables', { day: yesterday });
    const { balanceFen, overdueFen } = rows[0] as { balanceFen: number; overdueFen: number };
    const words = ['应收余额', '本月回款', '内应付', money(balanceFen), money(overdueFen)];
    const seeing: string[] = [];
    for (const name of everyone) {
      const text = await shownTo(subject, name);
      if (words.some((word) => text.includes(word))) seeing.push(name);
    }
    expect(seeing.toSorted()).toEqual(['林知夏', '钱正清'].toSorted());
  });

  it('has people for those of the third category, also without finance', async () => {
    const seeing: string[] = [];
    for (const name of everyone) if ((await shownTo(subject, name)).includes('到岗')) seeing.push(name);
    expect(seeing.toSorted()).toEqual(['林知夏', '周以安', '钱正清', '戴明薇'].toSorted());
  });

  it('is one content per person: each carries its own delivery', async () => {
    const hashes = new Set((await rowsOf(subject)).map(({ shown }) => shown?.hash));
    expect(hashes.size).toBe(everyone.length);
  });

  it('is never sent a second time', async () => {
    const deps = invocation([bundle]);
    const before = await rowsOf(subject);
    const again = await runCommand(digestCommands(deps), {
      do: 'run',
      id: bundle.id,
      date: today,
      confirm: true,
    });
    expect(again).toMatchObject({ ok: false, code: 'window_sent' });
    expect(await releaseNow(deps, bundle, today)).toBe('taken');
    expect(await rowsOf(subject)).toEqual(before);
    expect(morning.messagesOnAllScreens()).toBe(everyone.length);
  });
});

describe('a run', () => {
  it('without confirm sends nothing and makes no window', async () => {
    const bundle = release();
    const before = morning.messagesOnAllScreens();
    const reply = await runCommand(digestCommands(invocation([bundle])), {
      do: 'run',
      id: bundle.id,
      date: today,
    });
    expect(reply).toMatchObject({ ok: true, dryRun: true, state: 'new' });
    expect(await morning.windows().find(bundle.id, today)).toBeUndefined();
    expect(morning.messagesOnAllScreens()).toBe(before);
  });

  it('of a day to come is refused: it would hold its window until then', async () => {
    const bundle = release();
    const reply = await runCommand(digestCommands(invocation([bundle])), {
      do: 'run',
      id: bundle.id,
      date: '2099-11-25',
      confirm: true,
    });
    expect(reply).toMatchObject({ ok: false, code: 'date_in_future' });
    expect(await morning.windows().find(bundle.id, '2099-11-25')).toBeUndefined();
  });

  it('of an armed window does not wait for its T', async () => {
    const bundle = release();
    const deps = invocation([bundle]);
    const inAMinute = new Date(deps.now().getTime() + 60_000).toISOString();
    await deps.windows.arm({
      digest: bundle.id,
      window: today,
      state: 'armed',
      subject: `digest:${bundle.id}:${today}`,
      releaseAt: inAMinute,
      notAfter: inAMinute,
      attempt: 0,
      versions: {},
    });
    const began = Date.now();
    expect(await releaseNow(deps, bundle, today)).toBe('sent');
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await rowsOf(`digest:${bundle.id}:${today}`)).toHaveLength(everyone.length);
  });

  it('twice at the same moment makes one window row and one card each', async () => {
    const bundle = release();
    const subject = `digest:${bundle.id}:${today}`;
    const before = morning.messagesOnAllScreens();
    const outcomes = await Promise.all(
      [invocation([bundle]), invocation([bundle])].map((deps) => releaseNow(deps, bundle, today)),
    );
    expect(outcomes).toContain('sent');
    expect(await rowsOf(subject)).toHaveLength(everyone.length);
    expect(morning.messagesOnAllScreens()).toBe(before + everyone.length);
    expect(await morning.windows().listRecent(bundle.id, 9)).toHaveLength(1);
  });
});

describe('a preview', () => {
  it('shows the card of one person, sends it to nobody and stores nothing', async () => {
    const bundle = release();
    const before = morning.messagesOnAllScreens();
    const reply = await runCommand(digestCommands(invocation([bundle])), {
      do: 'preview',
      id: bundle.id,
      date: today,
      person: '沈南乔',
    });
    const text = JSON.stringify(reply['card']);
    expect(reply).toMatchObject({ ok: true, sentTo: 'nobody', person: '沈南乔', degraded: 'none' });
    expect(text).toContain(money(await paidOn(yesterday, ['华东'])));
    expect(await morning.windows().find(bundle.id, today)).toBeUndefined();
    expect(await rowsOf(`digest:${bundle.id}:${today}`)).toEqual([]);
    expect(morning.messagesOnAllScreens()).toBe(before);
  });

  it.each([
    ['孙佳禾', 'not_in_audience'],
    ['BH0001', undefined],
  ])('of %s says why there is none', async (who, reason) => {
    const bundle = release();
    const commands = digestCommands(invocation([bundle]));
    const reply = await runCommand(commands, { do: 'preview', id: bundle.id, date: today, person: who });
    expect(reply['reason']).toBe(reason);
  });

  it.each([
    [{ do: 'preview', person: '没有此人' }, 'unknown_person'],
    [{ do: 'run', id: 'evening' }, 'unknown_digest'],
    [{ do: 'run', date: '2026-02-30' }, 'invalid_input'],
    [{ do: 'send' }, 'unknown_command'],
  ])('or run of %j is refused with %s', async (event, code) => {
    const bundle = release({ id: 'morning' });
    expect(await runCommand(digestCommands(invocation([bundle])), event)).toMatchObject({ ok: false, code });
  });

  it('of a mistyped name leaves the name out of the log', async () => {
    const heard = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const before = heard.mock.calls.length;
    const ask = { do: 'explain', id: 'morning', person: '没有此人' };
    const commands = digestCommands(invocation([release({ id: 'morning' })]));
    expect(await runCommand(commands, ask)).toMatchObject({ people: ['没有此人'] });
    const logged = heard.mock.calls.slice(before).join('');
    expect(logged).toContain('"code":"unknown_person"');
    expect(logged).not.toContain('没有此人');
  });
});

describe('somebody who unsubscribed', () => {
  it('of one digest gets the rest; of all of theirs is excluded with the reason', async () => {
    const bundle = release();
    const subject = `digest:${bundle.id}:${today}`;
    const [one, all] = await Promise.all([person('林知夏'), person('沈南乔')]);
    await out().people.recordUnsubscribed(one.person, ['sales-daily']);
    await out().people.recordUnsubscribed(all.person, ['sales-daily']);
    await releaseNow(invocation([bundle]), bundle, today);
    await out().people.recordUnsubscribed(one.person, []);
    await out().people.recordUnsubscribed(all.person, []);
    const endings = await endingsOf(subject);
    expect(endings['excluded:unsubscribed']).toEqual(['沈南乔']);
    expect(endings['accepted']).toHaveLength(everyone.length - 1);
    const text = await shownTo(subject, '林知夏');
    expect(text).not.toContain('支付金额');
    expect(text).toContain('应收');
  });
});

it('every query of the digests is a named one', () => {
  const asked = release().digests.flatMap(({ sections }) => sections.map(({ query }) => query));
  expect(asked.filter((name) => !(name in biQueries.queries))).toEqual([]);
});
