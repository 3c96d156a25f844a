import { describe, expect, it } from 'vitest';
import { allAlerts } from '../../config/alerts/all.ts';
import { type AlertDeps, evaluatePoint } from '../../functions/alert/evaluate.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { keyOf, localCompany, refunds } from './company.ts';

const company = localCompany();
const { report, minutes, sweep, screens, rowsOf, states, metrics } = company;
const bad = '0.098';
const well = '0.05';

/** Two points ten minutes apart. */
const reportTwo = async (channel: string, value: string, worker?: AlertDeps): Promise<void> => {
  for (let point = 0; point < 2; point += 1) {
    await minutes(10);
    await report({ dims: { channel }, value }, worker);
  }
};
const stateOf = async (channel: string) => {
  const row = await states().find('refund-rate', { channel });
  if (!row) throw new Error(`nothing is known of ${channel}`);
  return row;
};
const subjectOf = (channel: string, n = 1): string => `alert:refund-rate:channel=${channel}:${n}`;
const names = async (subject: string): Promise<readonly string[]> =>
  (await screens(subject)).map(({ name }) => name);
const inAnHour = (): Date => new Date(company.ledger.clock.now() + 3_600_000);
const workOf = async (channel: string, at: string): Promise<unknown> => {
  const key = keyOf({ ...refunds, dims: { channel }, at, asOf: at, value: '0' });
  return (await metrics().takePoint(key, inAnHour())) ?? 'finished';
};

describe('an alert that fires', () => {
  it('sends one card to each person of the scope, and to nobody else', async () => {
    await reportTwo('抖音', bad);
    const subject = subjectOf('抖音');
    // The head of 渠道 and finance see every channel, a channel's own head only theirs: 苏沐晴 of 天猫 gets nothing.
    expect(await names(subject)).toEqual(['江予川', '秦越', '钱正清']);
    const rows = await rowsOf(subject);
    expect(rows.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(rows.every(({ urgency }) => urgency === 'p0')).toBe(true);
    expect(await stateOf('抖音')).toMatchObject({
      planned: true,
      target: 3,
      face: 'firing',
      state: { n: 1 },
    });
  });

  it('says the figure first, its threshold, since when, and why one gets it', async () => {
    const [own] = await screens(subjectOf('抖音'));
    const card = JSON.stringify(JSON.parse(own?.content ?? ''));
    const places = [
      '退款率过高 · 抖音',
      '9.8%',
      '≥ 8.0%',
      '恢复线 ≤ 6.0%',
      '自 11-23 08:57 起，连续 2 次后预警',
    ];
    for (const words of places) expect(card).toContain(words);
    expect(card).toContain('"template":"orange"');
    expect(card).toContain('为什么收到：抖音渠道负责人 · 负责人：渠道总监');
    expect(card).toContain('退款率 9.8%，阈值 ≥ 8.0% · 抖音');
    for (const words of ['指派跟进', '已知晓', '稍后 2 小时']) expect(card).toContain(words);
  });

  it('sends nothing more while it lasts, whatever points and ticks come', async () => {
    for (const value of [bad, '0.07', '0.12']) await reportTwo('抖音', value);
    await sweep();
    expect(await names(subjectOf('抖音'))).toHaveLength(3);
    expect((await stateOf('抖音')).state.n).toBe(1);
  });

  it('turns the shown cards into recovered ones and sends none', async () => {
    await reportTwo('抖音', well);
    await company.ledger.sweepAfter(60_000);
    const shown = await screens(subjectOf('抖音'));
    expect(shown).toHaveLength(3);
    for (const { content } of shown) {
      expect(content).toContain('已恢复：5.0%');
      expect(content).toMatch(/\*\*5&#46;0%\*\*.*预警时 9\.8%/u);
      expect(content).toContain('"template":"green"');
      expect(content).toContain('指派跟进');
    }
    expect(await stateOf('抖音')).toMatchObject({ face: 'recovered', state: { active: false, n: 1 } });
  });

  it('fires again after the grace as another subject, by the tick in which the grace ends', async () => {
    await minutes(89);
    await reportTwo('抖音', bad);
    expect((await stateOf('抖音')).state.n).toBe(1);
    await minutes(9);
    await sweep();
    expect((await stateOf('抖音')).state.n).toBe(1);
    await minutes(1);
    expect(await sweep()).toMatchObject({ fired: 1 });
    expect(await names(subjectOf('抖音', 2))).toEqual(['江予川', '秦越', '钱正清']);
  });

  it('compares with the same time a week before', async () => {
    const now = new Date(company.ledger.clock.now() + 1_200_000);
    const weekAgo = new Date(now.getTime() - 7 * 86_400_000).toISOString();
    await company.store({ dims: { channel: '天猫' }, value: '0.067', at: weekAgo, asOf: weekAgo });
    await reportTwo('天猫', bad);
    const [one] = await screens(subjectOf('天猫'));
    expect(one?.content).toContain('较上周同日 ▲3.1pt');
  });
});

describe('who follows an alert up', () => {
  const key = { item: subjectOf('跟进'), since: '2026-11-23' };
  const assign = async (): Promise<void> => {
    const before = await company.worker().followUps.find(key);
    const [to] = before?.people ?? [];
    if (!before || !to) throw new Error('the alert has no follow-up');
    const at = new Date(company.ledger.clock.now()).toISOString();
    const assigned = { to, by: to, at };
    await company
      .followUps()
      .change(before, { ...before, state: 'assigned', assigned, followedSince: at }, []);
  };

  it('still stands on the cards when it recovers, even if that is said at the same moment', async () => {
    await reportTwo('跟进', bad);
    const worker = company.worker();
    let assigned = false;
    const wantContent: typeof worker.wantContent = async (...wanted) => {
      if (!assigned) {
        assigned = true;
        await assign();
      }
      return worker.wantContent(...wanted);
    };
    await reportTwo('跟进', well, { ...worker, wantContent });
    await company.ledger.sweepAfter(60_000);
    const shown = await screens(key.item);
    expect(shown).toHaveLength(2);
    for (const { content } of shown) {
      expect(content).toContain('已恢复：5.0%');
      expect(content).toContain('跟进中，自');
    }
  });
});

describe('a hold in minutes', () => {
  const dims = { warehouse: '松江仓' };
  const shipping = { dims, metric: 'shipping.on_time' } as const;

  it('is ended by the tick when no other point comes', async () => {
    await report({ ...shipping, value: '0.91' });
    await minutes(29);
    expect(await sweep()).toMatchObject({ fired: 0 });
    await minutes(1);
    expect(await sweep()).toMatchObject({ fired: 1 });
  });

  it('and data that stop are said on the card, which is not a recovery', async () => {
    await minutes(200);
    expect(await sweep()).toMatchObject({ fired: 0, recovered: 0 });
    await company.ledger.sweepAfter(60_000);
    const subject = 'alert:shipping-on-time:warehouse=松江仓:1';
    const shown = await screens(subject);
    expect(shown.length).toBeGreaterThan(0);
    for (const { content } of shown) expect(content).toContain('之后没有新数据，不能确认是否恢复');
    await report({ ...shipping, value: '0.93' });
    await company.ledger.sweepAfter(60_000);
    for (const { content } of await screens(subject)) expect(content).not.toContain('数据中断');
    expect(await states().find('shipping-on-time', dims)).toMatchObject({ state: { n: 1, active: true } });
  });
});

describe('points', () => {
  it('that the stream lost are found by the tick a minute later, not before', async () => {
    const lost = await company.store({ dims: { channel: '小程序' }, value: bad });
    expect(await sweep()).toMatchObject({ points: 0 });
    await minutes(1);
    expect(await sweep()).toMatchObject({ points: 1 });
    expect((await stateOf('小程序')).state.run).toMatchObject({ reading: 'breach', points: 1 });
    expect(await workOf('小程序', lost.at)).toBe('finished');
  });

  it('that were lost count from when they reached us: the card says how late it is in the ledger', async () => {
    const receivedAt = new Date(company.ledger.clock.now()).toISOString();
    await company.store({
      dims: { product: '奶昔', batch: '1' },
      metric: 'complaints.72h',
      unit: 'COUNT',
      value: '3',
    });
    await minutes(2);
    expect(await sweep()).toMatchObject({ fired: 1 });
    const rows = await rowsOf('alert:batch-complaints:batch=1&product=奶昔:1');
    expect(new Set(rows.map(({ eventAt }) => eventAt))).toEqual(new Set([receivedAt]));
  });

  it('are taken once, however often the stream repeats', async () => {
    const point = await company.store({ dims: { channel: '小程序' }, value: bad });
    const told = await Promise.all([1, 2, 3].map(() => evaluatePoint(company.worker())(keyOf(point))));
    expect(told.flat()).toEqual(['fired']);
    expect(await names(subjectOf('小程序'))).toEqual(['尹书言', '秦越', '钱正清']);
  });

  it('that come late change nothing, and leave no work behind', async () => {
    const before = await stateOf('小程序');
    const at = new Date(company.ledger.clock.now() - 600_000).toISOString();
    await report({ dims: { channel: '小程序' }, value: well, at, asOf: at });
    expect(await stateOf('小程序')).toEqual(before);
    expect(await workOf('小程序', at)).toBe('finished');
  });

  it('of another unit or of a long gone day say nothing', async () => {
    await report({ dims: { channel: '线下' }, value: '9', unit: 'COUNT' });
    await report({ dims: { channel: '线下' }, value: bad, at: '2026-10-01' });
    expect(await states().find('refund-rate', { channel: '线下' })).toBeUndefined();
  });

  it('that no alert watches are done with at once', async () => {
    const point = await company.store({ dims: { region: '华东' }, value: bad });
    expect(await evaluatePoint(company.worker())(keyOf(point))).toEqual([]);
    expect(await metrics().takePoint(keyOf(point), inAnHour())).toBeUndefined();
    expect(await states().find('refund-rate', { region: '华东' })).toBeUndefined();
  });

  it('that are corrected wake the stream again, and an older state of them does not', async () => {
    const point = await company.store({ dims: { channel: '更正' }, value: bad });
    await evaluatePoint(company.worker())(keyOf(point));
    expect(await metrics().recordPoint(point, new Date(company.ledger.clock.now()))).toBe(false);
    await minutes(1);
    await company.store({ ...point, value: well, asOf: new Date(company.ledger.clock.now()).toISOString() });
    expect(await metrics().takePoint(keyOf(point), new Date(company.ledger.clock.now()))).toMatchObject({
      value: well,
    });
  });
});

describe('an alert that is less than p0', () => {
  it('waits for the end of the quiet hours', async () => {
    await company.ledger.clock.advance(Date.parse('2026-11-24T12:10:00+08:00') - company.ledger.clock.now());
    const worker = company.worker({ alerts: allAlerts });
    for (let point = 0; point < 2; point += 1) {
      await minutes(10);
      await report({ dims: { channel: '午间' }, value: bad }, worker);
    }
    const rows = await rowsOf(subjectOf('午间'));
    expect(rows.map(({ state }) => state)).toEqual(['held', 'held']);
    expect(await stateOf('午间')).toMatchObject({ planned: true, target: 2 });
    await company.ledger.sweepAfter(70 * 60_000);
    expect(await names(subjectOf('午间'))).toEqual(['秦越', '钱正清']);
  });
});

describe('an alert whose topic rehearses', () => {
  it('is recorded for everybody and shown to nobody', async () => {
    await company.ledger.setMode('sender', 'zhida', 'rehearsal');
    await minutes(1);
    await reportTwo('试运行', bad);
    const reasons = (await rowsOf(subjectOf('试运行'))).map(
      ({ state, reason }: Delivery) => `${state} ${reason ?? ''}`,
    );
    expect(reasons).toEqual(['suppressed rehearsal', 'suppressed rehearsal']);
    expect(await stateOf('试运行')).toMatchObject({ planned: true, target: 2 });
    await company.ledger.setMode('sender', 'zhida', 'live');
  });
});
