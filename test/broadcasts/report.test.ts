import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, isLeftOut, isUnreachable } from '../../shared/broadcasts/reach.ts';
import {
  type ReportRow,
  rateOf,
  rateWords,
  reportOf,
  standings,
  sumLine,
  sumOf,
} from '../../shared/broadcasts/report.ts';
import { buildReportCard } from '../../shared/broadcasts/report-card.ts';
import { departmentLine, rateLine, timesLine } from '../../shared/broadcasts/report-words.ts';
import { fitCard } from '../../shared/delivery/keep-card.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { account, postOf } from './post-world.ts';

const start = '2026-11-23T01:00:00.000Z';
const after = (minutes: number): string => new Date(Date.parse(start) + minutes * 60_000).toISOString();
let people = 0;
const rows = (count: number, more: Partial<ReportRow>): readonly ReportRow[] =>
  Array.from({ length: count }, () => ({
    recipient: `on_${(people += 1)}`,
    state: 'accepted',
    messageId: 'om_1',
    acceptedAt: start,
    ...more,
  }));
const confirmed = (count: number, minutes: number) =>
  rows(count, {
    state: 'confirmed',
    readAt: after(minutes),
    confirmed: { at: after(minutes), version: 1, via: 'card' },
  });

describe('the sum line', () => {
  const all = [
    ...confirmed(248, 5),
    ...rows(23, { state: 'read', readAt: after(9) }),
    ...rows(25, {}),
    ...rows(3, { state: 'excluded', reason: 'not_activated' }),
    ...rows(1, { state: 'failed', code: '230013' }),
  ];

  it('says where everybody stands, and the rate of those who can be reached', () => {
    const sum = sumOf(300, all);
    expect(sumLine(sum, true)).toBe(
      '应触达 300 = 已确认 248 + 已读未确认 23 + 未读 25 + 不可触达 4 + 已豁免 0',
    );
    expect(rateLine(rateOf(sum))).toBe('触达率 271/296 = 91.6%');
  });

  it('names who waits and who failed only when there are any', () => {
    const more = [
      ...all,
      ...rows(2, { state: 'failed', code: '230099' }),
      ...rows(1, { state: 'held', dueAt: start }),
    ];
    expect(sumLine(sumOf(310, more), true)).toBe(
      '应触达 310 = 已确认 248 + 已读未确认 23 + 未读 25 + 不可触达 4 + 已豁免 0 + 待发送 8 + 发送失败 2',
    );
  });

  it('lets nobody off to whom nothing was sent, but those for whom it was rehearsed', () => {
    const some = [
      ...rows(3, { state: 'suppressed', reason: 'quiet_hours', messageId: undefined }),
      ...rows(2, { state: 'suppressed', reason: 'rehearsal', messageId: undefined }),
    ];
    const sum = sumOf(6, some);
    expect(sumLine(sum, true)).toBe(
      '应触达 6 = 已确认 0 + 已读未确认 0 + 未读 0 + 不可触达 0 + 已豁免 2 + 未发送 3 + 待发送 1',
    );
    expect(rateOf(sum)).toEqual({ reached: 0, of: 4 });
    expect(identityOf(6, some)).toMatchObject({ unsent: 4, excluded: 2 });
  });

  it('knows whom nobody may forget: to whom nothing was sent, and where it failed for another reason than theirs', () => {
    const [never, rehearsed, failed, unreachable, again] = [
      ...rows(1, { state: 'suppressed', reason: 'expired' }),
      ...rows(1, { state: 'suppressed', reason: 'rehearsal' }),
      ...rows(1, { state: 'failed', code: '230099' }),
      ...rows(1, { state: 'failed', code: '230013' }),
      ...rows(1, { state: 'failed', code: '230099', dueAt: start }),
    ].map(isLeftOut);
    expect({ never, rehearsed, failed, unreachable, again }).toEqual({
      ...{ never: true, rehearsed: false, failed: true },
      ...{ unreachable: false, again: false },
    });
  });

  it('of a post that nobody has to confirm speaks of reading', () => {
    const read = [
      ...rows(3, { state: 'read', readAt: start }),
      ...rows(1, { openedAt: start }),
      ...rows(2, {}),
    ];
    expect(sumLine(sumOf(6, read), false)).toBe('应触达 6 = 已读 4 + 未读 2 + 不可触达 0 + 已豁免 0');
  });

  it('says 100 % of all and of nothing less, and nothing of nobody', () => {
    expect(rateWords({ reached: 1999, of: 2000 })).toBe('99.9%');
    expect(rateWords({ reached: 2000, of: 2000 })).toBe('100.0%');
    expect(rateWords({ reached: 0, of: 0 })).toBe('—');
  });

  it('is exact for every set of rows', () => {
    const states = [
      'planned',
      'claimed',
      'accepted',
      'read',
      'confirmed',
      'held',
      'failed',
      'suppressed',
      'excluded',
    ] as const;
    const moment = fc.option(fc.constant(start), { nil: undefined });
    const code = fc.constantFrom(
      undefined,
      '230013',
      '230029',
      '230099',
      'left_company',
      'not_activated',
      'rehearsal',
    );
    const row = fc
      .record({
        state: fc.constantFrom(...states),
        dueAt: moment,
        readAt: moment,
        openedAt: moment,
        messageId: moment,
        reason: code,
        code,
      })
      .map((each): ReportRow => ({ recipient: 'on_a', ...each }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.nat(40), (some, unsent) => {
        const target = some.length + unsent;
        const sum = sumOf(target, some);
        expect(standings.reduce((total, each) => total + sum[each], 0)).toBe(target);
        // The words say the same, figure by figure.
        for (const mustConfirm of [true, false]) {
          const [whole, ...parts] = sumLine(sum, mustConfirm).match(/\d+/gu)?.map(Number) ?? [];
          expect(parts.reduce((total, each) => total + each, 0)).toBe(whole);
        }
        // Nobody whom nothing can reach is 未读, and the ledger's own identity agrees.
        const identity = identityOf(target, some);
        expect(sum.confirmed).toBeLessThanOrEqual(identity.confirmed);
        expect(sum.unreachable).toBe(some.filter(isUnreachable).length);
        expect(sum.waiting + sum.unsent).toBe(identity.queued + identity.unsent);
        expect(sum.unread + sum.read + sum.confirmed).toBe(
          identity.sent + identity.read + identity.confirmed,
        );
        expect(sum.unreachable + sum.exempt + sum.failed).toBe(identity.excluded + identity.failed);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('the report', () => {
  const done = [...confirmed(5, 12), ...confirmed(4, 125)];
  const waiting = rows(1, { state: 'read', readAt: after(30) });
  const gone = rows(1, { state: 'excluded', reason: 'left_company' });
  const all = [...done, ...waiting, ...gone];
  const members = all.map(({ recipient }, index) => ({
    person: recipient,
    name: `同事${index}`,
    departments: [index < 5 ? '直播运营' : '客服', '总部'],
  }));
  const asked = { startedAt: start, mustConfirm: true, target: all.length, rows: all, members };
  const report = reportOf(asked);

  it('counts the four levels apart', () => {
    expect(report.levels).toEqual({ delivered: 11, readCard: 10, opened: 0, confirmed: 9 });
  });

  it('lists departments, the worst first, with who is missing', () => {
    expect(report.departments).toEqual([
      { department: '客服', done: 4, of: 5, missing: ['同事9'] },
      { department: '直播运营', done: 5, of: 5, missing: [] },
    ]);
    const missing = ['张三', '李四', '王五', '赵六'];
    expect(departmentLine({ department: '客服', done: 6, of: 10, missing })).toBe(
      '客服　6/10 60.0%　还差 张三、李四、王五 等 4 人',
    );
  });

  it('counts joiners who are meant and have no row yet as waiting, and as missing in their department', () => {
    const joiners = ['新人一', '新人二'].map((name, at) => ({
      ...{ person: `on_new${at}`, name },
      departments: ['直播运营', '总部'],
    }));
    const grown = reportOf({ ...asked, target: 13, members: [...members, ...joiners] });
    expect(sumLine(grown.sum, true)).toBe(
      '应触达 13 = 已确认 9 + 已读未确认 1 + 未读 0 + 不可触达 0 + 已豁免 1 + 待发送 2',
    );
    expect(grown.departments.map(({ department, done: has, of }) => [department, has, of])).toEqual([
      ['直播运营', 5, 7],
      ['客服', 4, 5],
    ]);
    expect(grown.departments[0]?.missing).toEqual(['新人一', '新人二']);
    expect(grown.departments.reduce((sum, { of }) => sum + of, 0)).toBe(grown.rate.of);
  });

  it('says how long half, nine tenths and all took, of those who can be reached', () => {
    expect(timesLine('确认用时', report.times.confirmed)).toBe(
      '确认用时：50% 12分 · 90% 2小时5分 · 100% 未达到',
    );
    expect(timesLine('已读用时', report.times.read)).toBe(
      '已读用时：50% 12分 · 90% 2小时5分 · 100% 2小时5分',
    );
  });

  it('draws how many had been reached when, and nothing before anybody was', () => {
    expect(report.timeline).toHaveLength(13);
    expect(report.timeline[0]).toEqual({ at: start, read: 0, confirmed: 0 });
    expect(report.timeline.at(-1)).toEqual({ at: after(125), read: 1, confirmed: 0.9 });
    expect(reportOf({ ...asked, rows: rows(2, {}) }).timeline).toEqual([]);
  });

  it('says why some are not reached, two codes for one thing as one', () => {
    const lost = [
      ...rows(2, { state: 'excluded', reason: 'out_of_scope' }),
      ...rows(1, { state: 'failed', code: '230013' }),
      ...rows(1, { state: 'excluded', reason: 'not_activated' }),
    ];
    const card = buildReportCard(
      {
        account,
        broadcast: postOf({ broadcast: 'policies-1' }),
        report: reportOf({ ...asked, rows: lost, target: 4 }),
        kind: 'live',
        asOf: new Date(start),
      },
      { subject: 'post:policies-1:report', recipient: 'on_author' },
    );
    expect(JSON.stringify(card)).toContain('不可触达：不在应用可用范围 3、未激活飞书 1');
  });
});

describe('the report card', () => {
  const place = { subject: 'post:policies-1:report', recipient: 'on_author' };
  const made = (more: Parameters<typeof postOf>[0], workbenchUrl?: string) => {
    const broadcast = postOf({ ...more, startedAt: start });
    const all = Array.from({ length: 12 }, (_, index) => [
      ...confirmed(1, index + 1),
      ...rows(index, {}),
    ]).flat();
    const members = all.map(({ recipient }, index) => ({
      person: recipient,
      name: `同事${index}`,
      departments: [`部门${index % 12}`],
    }));
    const report = reportOf({ startedAt: start, mustConfirm: true, target: all.length, rows: all, members });
    return buildReportCard(
      { account, broadcast, report, kind: 'live', asOf: new Date(start), workbenchUrl },
      place,
    );
  };

  it('passes as it is designed', () => {
    const card = made({ broadcast: 'policies-1' }, 'https://zhida.example.com/workbench');
    expect(fitCard(card, { id: deliveryElementId(place.subject, place.recipient) }).step).toBe('none');
    const text = JSON.stringify(card);
    expect(text).toContain('应触达 78 = 已确认 12 + 已读未确认 0 + 未读 66 + 不可触达 0 + 已豁免 0');
    expect(text).toContain('另有 4 个部门未完成');
    expect(text).toContain(encodeURIComponent('https://zhida.example.com/workbench/reports/policies-1'));
  });

  it('draws one point a minute, and nothing while there is only one', () => {
    const minutes = (card: ReturnType<typeof made>): readonly string[] =>
      [...JSON.stringify(card).matchAll(/"time":"([^"]+)","kind":"已读"/gu)].map(([, time = '']) => time);
    const shown = minutes(made({ broadcast: 'policies-1' }));
    expect(shown.length).toBeGreaterThan(2);
    expect(new Set(shown).size).toBe(shown.length);
    const all = confirmed(3, 0.5);
    const asked = { startedAt: start, mustConfirm: true, target: 3, rows: all, members: [] };
    const broadcast = postOf({ broadcast: 'policies-1', startedAt: start });
    const facts = {
      account,
      broadcast,
      report: reportOf(asked),
      kind: 'live',
      asOf: new Date(start),
    } as const;
    expect(minutes(buildReportCard(facts, place))).toEqual([]);
  });

  it('has the buttons that the state allows, and pages only where there are some', () => {
    const words = (state: 'open' | 'paused' | 'closed', workbenchUrl?: string): readonly string[] => {
      const text = JSON.stringify(made({ broadcast: 'policies-1', state }, workbenchUrl));
      return ['暂停"', '继续"', '催未读"', '名单"', '导出凭证"'].filter((each) =>
        text.includes(`"content":"${each}`),
      );
    };
    expect(words('open')).toEqual(['暂停"', '催未读"']);
    expect(words('paused', 'https://zhida.example.com/workbench/')).toEqual(['继续"', '名单"', '导出凭证"']);
    expect(words('closed')).toEqual([]);
  });
});
