import { beforeAll, describe, expect, it } from 'vitest';
import { impact } from '../../functions/ops/impact.ts';
import { parseJson } from '../../shared/parse.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { people } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { nextDueAt } from '../../shared/tickets/clocks.ts';
import { pastRules } from '../../shared/tickets/past-rules.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { localTables } from '../local.ts';
import { rules as defaultRules } from '../tickets-numbers/histories.ts';
import { oneDay } from '../tickets-numbers/one-day.ts';

const tables = localTables();
const now = new Date('2026-11-30T02:00:00Z');
const after = { from: '2026-11-23', to: '2026-11-29' };
const head = '周,结案数,坐席人时,首响中位分钟,时效达成率,平台自动退款数';
// Two weeks before: 20 cases in 20 hours, 60 and 50 minutes, 40% of 8 and 50% of 12 cases in time, 6 refunds.
const before = ['2026-11-10,8,9,60,40%,4', '2026/11/16,12,11,50,0.5,2'];
const csv = [head, ...before, '2026-11-25,,2,,,'].join('\n');

type Reply = Readonly<Record<string, unknown>>;

const stores = () => {
  const kept = settings(tables.name('settings'));
  const rules = rulesInForce(kept, () => now);
  return {
    tickets: tickets(tables.name('tickets')),
    people: people(tables.name('people')),
    deliveries: deliveries(tables.name('deliveries')),
    contents: contents(tables.name('contents')),
    mainSender: 'zhida',
    rules,
    pastRules: pastRules(kept, rules),
  };
};
const ask = async (more: object = {}): Promise<Reply> =>
  impact(stores()).run({ do: 'impact', csv, after, ...more }, now);

beforeAll(async () => {
  const own = stores();
  for (const { ticket, history } of oneDay)
    await own.tickets.write([
      { before: undefined, after: ticket, events: history, nextDueAt: nextDueAt(ticket, defaultRules) },
    ]);
  for (const [index, name] of ['林知夏', '周以安'].entries())
    await own.people.record({
      person: `on_${index}`,
      name,
      employeeNo: `BH000${index}`,
      roles: [index === 0 ? '总经理' : '副总经理'],
      departments: ['总经办'],
      jobTitle: '',

      syncedAt: now.toISOString(),
    });
});

describe('impact', () => {
  it('compares the weeks before with the week after in four figures', async () => {
    expect(await ask()).toEqual({
      before: {
        weeks: 2,
        closedPerHour: 1,
        firstResponseMinutes: 55,
        inTimeRatio: 0.46,
        platformRefundsPerWeek: 3,
      },
      // Four cases in two hours; 20, 25, 30, 40 and 60 minutes; 9 clocks of 14 in time; one refund.
      after: {
        weeks: 1,
        closedPerHour: 2,
        firstResponseMinutes: 30,
        inTimeRatio: 0.6429,
        platformRefundsPerWeek: 1,
      },
      ratios: { closedPerHour: 2, firstResponse: 0.5455, inTimePt: 18.3, platformRefunds: 0.3333 },
      weeks: [
        {
          week: '2026-11-23',
          closed: 4,
          agentHours: 2,
          firstResponseMinutes: 30,
          inTimeRatio: 0.6429,
          platformRefunds: 1,
        },
      ],
    });
  });

  it('without hours says what it can, and of the rest nothing', async () => {
    const found = await ask({ csv: [head, ...before].join('\n') });
    expect(found).toMatchObject({
      after: { closedPerHour: null, firstResponseMinutes: 30 },
      ratios: { closedPerHour: null, platformRefunds: 0.3333 },
    });
  });

  it('shows the card and sends nothing until it is confirmed, then once', async () => {
    const shown = await ask({ to: '林知夏' });
    expect(shown).toMatchObject({ dryRun: true, to: ['林知夏'] });
    const text = JSON.stringify(shown['card']).replaceAll('&#46;', '.');
    for (const words of ['2.00件/人时', '变化 ▲100%', '30分', '上线前 55分', '64.3%', '▲18.3pt', '▼67%'])
      expect(text).toContain(words);
    const sent = await ask({ to: '林知夏', confirm: true });
    expect(sent).toMatchObject({ to: ['林知夏'], planned: 1 });
    expect(await ask({ to: '林知夏', confirm: true })).toMatchObject({ planned: 0 });
    const { deliveries: rows, contents: cards } = stores();
    const row = await rows.find({ subject: String(sent['subject']), recipient: 'on_0' });
    expect(row).toMatchObject({ state: 'planned', sender: 'zhida' });
    expect(parseJson((await cards.find(row?.wanted?.hash ?? '')) ?? '')).toMatchObject({
      config: { summary: { content: '人效▲100% · 首响▼45% · 时效达成率▲18.3pt' } },
    });
  });

  it('goes to everybody with a role', async () => {
    expect(await ask({ to: 'role:副总经理' })).toMatchObject({ to: ['周以安'] });
    await expect(ask({ to: 'role:董事长' })).rejects.toMatchObject({ code: 'unknown_role' });
    await expect(ask({ to: '没有人' })).rejects.toMatchObject({ code: 'unknown_person' });
  });

  it.each([
    [
      'a column missing',
      { csv: '周,结案数\n2026-11-16,8' },
      '缺少列：坐席人时、首响中位分钟、时效达成率、平台自动退款数',
    ],
    ['a word for a number', { csv: `${head}\n2026-11-16,很多,9,60,40%,4` }, '第 2 行“结案数”：不是数字'],
    ['a share over one', { csv: `${head}\n2026-11-16,8,9,60,40,4` }, '第 2 行“时效达成率”：要在 0 到 1 之间'],
    ['a week that is none', { csv: `${head}\n第一周,8,9,60,40%,4` }, '第 2 行“周”：'],
    [
      'a week twice',
      { csv: `${head}\n2026-11-16,8,9,60,40%,4\n2026-11-18,8,9,60,40%,4` },
      '2026-11-16 这一周有两行',
    ],
    ['no whole week after', { after: { from: '2026-11-24', to: '2026-11-29' } }, 'no whole week'],
    ['a baseline of the weeks after', { csv: `${head}\n2026-11-23,8,9,60,40%,4` }, 'not before "after"'],
    ['a baseline without figures', { csv: `${head}\n2026-11-16,,9,,,` }, 'no week with figures'],
  ])('with %s is refused, naming it', async (_, more, words) => {
    await expect(ask(more)).rejects.toThrow(words);
  });
});
