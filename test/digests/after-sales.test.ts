import { beforeAll, describe, expect, it } from 'vitest';
import { afterSalesDaily } from '../../config/digests/after-sales-daily.ts';
import { agentWeekly } from '../../config/digests/agent-weekly.ts';
import { afterSalesReaders } from '../../functions/digest/after-sales-rows.ts';
import { buildDigestCard } from '../../functions/digest/card.ts';
import { sectionFor } from '../../functions/digest/section.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { queriesFor } from '../../shared/digests/queries.ts';
import type { Period } from '../../shared/digests/window.ts';
import { appLink, deliveryElementId } from '../../shared/feishu/cards.ts';
import { preflight } from '../../shared/feishu/preflight.ts';
import { baseHomes, noHome } from '../../shared/store/base-home.ts';
import { settings } from '../../shared/store/settings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { nextDueAt } from '../../shared/tickets/clocks.ts';
import { pastRules } from '../../shared/tickets/past-rules.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { localTables } from '../local.ts';
import {
  assigned,
  rules as defaultRules,
  type Kept,
  keep,
  opened,
  resolved,
  said,
  wu,
  zhou,
} from '../tickets-numbers/histories.ts';
import { oneDay } from '../tickets-numbers/one-day.ts';

const tables = localTables();
const baseUrl = 'https://mint.feishu.cn/base/bascnMint';
let now = new Date('2026-11-24T00:47:00Z');
const monday: Period = { from: '2026-11-23', to: '2026-11-23' };

const stores = () => {
  const kept = settings(tables.name('settings'));
  const rules = rulesInForce(kept, () => now);
  return {
    tickets: tickets(tables.name('tickets')),
    homes: baseHomes(tables.name('ops')),
    rules,
    pastRules: pastRules(kept, rules),
    now: () => now,
  };
};

const put = async ({ ticket, history }: Kept): Promise<void> => {
  const write = {
    before: undefined,
    after: ticket,
    events: history,
    nextDueAt: nextDueAt(ticket, defaultRules),
  };
  expect(await stores().tickets.write([write])).toBe(true);
};

const readers = () => afterSalesReaders(stores());

const section = async (digest: Digest, reader: string, { days = monday, read = readers() } = {}) => {
  const person = { unionId: reader, roles: digest.audience.roles, departments: [] };
  const asked = queriesFor(digest, person, days).map(async ({ key, query, params }) => {
    const answer = read[query];
    if (!answer) throw new Error(`nobody answers ${query}`);
    return [key, await answer(params)] as const;
  });
  const replies = new Map(await Promise.all(asked));
  return sectionFor(digest, { person, day: '2026-11-24', now, wanted: days, shown: days, replies });
};

const shown = async (...asking: Parameters<typeof section>) => {
  const found = await section(...asking);
  if ('skipped' in found) throw new Error(found.skipped);
  return found;
};

const cardOf = async (digest: Digest, reader: string) =>
  buildDigestCard({
    id: deliveryElementId(`digest:${digest.id}:2026-11-24`, reader),
    name: digest.name,
    day: '2026-11-24',
    person: { name: '潘小雨', why: '客服组长' },
    sections: [await shown(digest, reader)],
    colours: '红涨绿跌',
  });

describe('without a case', () => {
  it('nobody gets a section', async () => {
    expect(await section(afterSalesDaily, 'on_head')).toEqual({ skipped: 'nothing_to_show' });
    expect(await section(agentWeekly, zhou.person)).toEqual({ skipped: 'nothing_to_show' });
  });
});

describe('with the cases of a day', () => {
  beforeAll(async () => {
    for (const each of oneDay) await put(each);
    expect(await baseHomes(tables.name('ops')).put(noHome, { url: baseUrl })).toBeDefined();
  });

  it('heads of service read four figures, each with what belongs to it', async () => {
    const found = await shown(afterSalesDaily, 'on_head');
    expect(found.figures.map(({ label, text, extra }) => `${label} ${text}（${extra ?? ''}）`)).toEqual([
      '新增工单 5件（已领取 4）',
      '已结工单 3件（未结 2）',
      '首响（中位） 27分（P90 1小时0分）',
      '时效达成率 58.3%（超时 4 件）',
    ]);
    expect(found.others).toBe('未分类率 20.0% · 平台自动退款 1件');
    expect(found.abnormal.map(({ level, text }) => `${level} ${text}`)).toEqual([
      'red 批次事件 1起',
      'red 平台自动退款 1件',
      'orange 未分类率 20.0%',
    ]);
  });

  it('see what is open by team and which categories were most, each line a way into the Base', async () => {
    const { details } = await shown(afterSalesDaily, 'on_head');
    expect(details).toEqual([
      {
        title: '未结（按团队）',
        lines: [
          { text: '客诉组 1 件', url: baseUrl },
          { text: '品控 1 件，待领取 1 件', url: baseUrl },
        ],
      },
      {
        title: '新增最多的类别',
        lines: [
          { text: '仓储发货 › 漏发/少发 3 件', url: baseUrl },
          { text: '未分类 1 件', url: baseUrl },
          { text: '食品安全 › 异物 1 件', url: baseUrl },
        ],
      },
    ]);
    const card = await cardOf(afterSalesDaily, 'on_head');
    expect(preflight(card)).toMatchObject({ ok: true });
    expect(card.config.summary.content).toBe('新增工单5件 · 超时4件 · 批次事件1起');
    expect(JSON.stringify(card)).toContain(`](${appLink(baseUrl)})`);
  });

  it('an agent reads their own week and the cases behind it', async () => {
    const found = await shown(agentWeekly, wu.person);
    expect(
      found.figures.map(({ label, text, extra }) => `${label} ${text}${extra ? `（${extra}）` : ''}`),
    ).toEqual(['积分 1.5分', '首响（中位） 30分（P90 1小时0分）', '已解决 1件', '重开率 50.0%（重开 1 件）']);
    expect(found.details).toMatchObject([
      {
        title: '查看清单',
        lines: [
          { text: 'T-20261123-0003 漏发/少发 P1 · 1.5分', url: baseUrl },
          { text: 'T-20261123-0003 漏发/少发 P1 · 0.0分', url: baseUrl },
        ],
      },
    ]);
    const card = await cardOf(agentWeekly, wu.person);
    expect(preflight(card)).toMatchObject({ ok: true });
    expect(JSON.stringify(card)).toContain('查看清单');
    expect(JSON.stringify(card)).not.toContain(zhou.name);
  });

  it('of the others nobody’s name stands there, only median and mean of five and more', async () => {
    const people = ['一', '二', '三', '四'].map((name, index) => ({
      person: `on_${index}`,
      name: `同事${name}`,
    }));
    for (const [index, who] of people.entries())
      await put(
        keep(`T-20261123-01${index}0`, [
          opened('23 09:00', 'P2'),
          assigned('23 09:01', who),
          said('23 09:10', 'agent'),
          resolved('23 12:00', who),
        ]),
      );
    now = new Date('2026-11-24T01:47:00Z');
    const found = await shown(agentWeekly, zhou.person);
    expect(found.figures[0]).toMatchObject({ text: '1.5分', extra: '团队 6 人：中位 1.5分，均值 1.5分' });
    const card = JSON.stringify(await cardOf(agentWeekly, zhou.person));
    expect(card).not.toContain('同事');
    expect(card).not.toContain(wu.name);
  });

  it('a run reads the cases of a period once for all who ask, and again two minutes later', async () => {
    let reads = 0;
    const own = stores();
    const counting = { ...own.tickets, find: (id: string) => ((reads += 1), own.tickets.find(id)) };
    const read = afterSalesReaders({ ...own, tickets: counting });
    for (const reader of [zhou.person, wu.person, 'on_0']) await section(agentWeekly, reader, { read });
    expect(reads).toBe(oneDay.length + 4);
    now = new Date(now.getTime() + 120_000);
    await section(agentWeekly, zhou.person, { read });
    expect(reads).toBe(2 * (oneDay.length + 4));
  });

  it('who had no case of the week gets no card', async () => {
    expect(await section(agentWeekly, 'on_nobody')).toEqual({ skipped: 'nothing_to_show' });
  });
});
