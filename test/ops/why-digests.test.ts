import { describe, expect, it } from 'vitest';
import { releaseDue } from '../../functions/digest/due.ts';
import { why } from '../../functions/ops/why.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { alerts } from '../../shared/store/alerts.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { localMorning, withTrigger } from '../digest-flow/morning.ts';

const today = '2026-11-24';
const morning = localMorning(today);
const { clock, bi, release, invocation, person, windows } = morning;
const at = (time: string): void => {
  clock.set(`${today}T${time}+08:00`);
};
const tick = (bundle: Bundle) => releaseDue(invocation([bundle]))(clock.now());
const behind = () => bi().setWatermark({ completeThrough: '2026-11-22' });
const complete = () => bi().setWatermark({ completeThrough: '2026-11-23' });

type Told = {
  readonly about: readonly {
    readonly outcome: string;
    readonly steps: readonly { readonly code: string; readonly text: string }[];
  }[];
};
const ask = async (bundle: Bundle, who: string, date = today): Promise<Told> => {
  const { people, deliveries, settings } = morning.out();
  const command = why({
    releases: [bundle],
    people,
    deliveries,
    settings,
    windows: windows(),
    inbox: inbox('zhida-test-inbox'),
    alerts: alerts('zhida-test-digests'),
    alertDefinitions: [],
    accounts: [],
    appIds: [],
  });
  const input = { do: 'why', person: who, date, about: bundle.id };
  return (await command.run(input, clock.now())) as unknown as Told;
};

const included = ['sales-daily:included', 'stock-daily:not_in_audience', 'people-finance:not_in_audience'];
const shown = ['sales-daily:shown', 'stock-daily:shown', 'people-finance:shown'];

/** What happened to a release, who asks, the codes that follow `workday` and the words of the last sentence. */
type Golden = readonly [
  outcome: string,
  who: string,
  happen: () => Promise<Bundle>,
  codes: readonly string[],
  words: string,
];

const sent = async (): Promise<Bundle> => {
  const bundle = release();
  at('08:47:01');
  await tick(bundle);
  return bundle;
};

const golden: readonly Golden[] = [
  [
    'was sent and not opened',
    '沈南乔',
    sent,
    [...included, 'window_sent', ...shown, 'versions', 'urgency:scheduled', 'accepted'],
    '尚未打开',
  ],
  [
    'is for other roles',
    '丁一舟',
    sent,
    [
      'sales-daily:not_in_audience',
      'stock-daily:not_in_audience',
      'people-finance:not_in_audience',
      'not_a_recipient',
    ],
    '不会推送给你',
  ],
  [
    'was unsubscribed',
    '石敬川',
    async () => {
      const { person: unionId } = await person('石敬川');
      await morning.out().people.recordUnsubscribed(unionId, ['sales-daily']);
      return sent();
    },
    [
      'sales-daily:unsubscribed',
      'stock-daily:not_in_audience',
      'people-finance:not_in_audience',
      'window_sent',
      ...shown,
      'versions',
      'urgency:scheduled',
      'excluded:unsubscribed',
    ],
    '退订',
  ],
  [
    'is not due yet',
    '沈南乔',
    () => {
      at('08:30:00');
      return Promise.resolve(release());
    },
    [...included, 'not_yet'],
    '计划 08:47 推送，还没到时间',
  ],
  [
    'waits for its source',
    '沈南乔',
    async () => {
      await behind();
      const bundle = await sent();
      await complete();
      return bundle;
    },
    [...included, 'window_waiting:source_not_ready'],
    '正在等待数据源就绪（最晚 09:20）',
  ],
  [
    'was given up because its source was late',
    '沈南乔',
    async () => {
      await behind();
      const digests = release().digests.map((digest) => withTrigger(digest, { onLate: 'skip' }));
      const bundle = release({ digests });
      at('09:20:01');
      await tick(bundle);
      await complete();
      return bundle;
    },
    [...included, 'window_skipped:source_not_ready'],
    '到最晚推送时间数据仍未就绪',
  ],
  [
    'was missed',
    '沈南乔',
    async () => {
      const bundle = release({ misfire: { policy: 'skip' } });
      at('09:47:00');
      await tick(bundle);
      return bundle;
    },
    [...included, 'window_skipped:missed'],
    '错过推送时间',
  ],
  [
    'has not been looked at',
    '沈南乔',
    () => {
      at('08:50:00');
      return Promise.resolve(release());
    },
    [...included, 'window_missing'],
    '还没有开始处理',
  ],
  [
    'was held by a stop of this digest',
    '沈南乔',
    async () => {
      const bundle = release();
      at('08:40:00');
      const change = { value: 'stopped', changedBy: 'test', now: clock.now() };
      await morning.out().settings.append(modeSetting('subject', bundle.id), change);
      at('08:47:01');
      await tick(bundle);
      return bundle;
    },
    [...included, 'window_sent', ...shown, 'versions', 'urgency:scheduled', 'held:stopped'],
    '管理员暂停',
  ],
  [
    'came before somebody joined',
    '温可儿',
    async () => {
      const bundle = await sent();
      await morning.out().people.record({
        ...(await person('温可儿')),
        jobTitle: '大区总经理',
        roles: ['大区负责人'],
        region: '华东',
        syncedAt: clock.now().toISOString(),
      });
      return bundle;
    },
    [...included, 'window_sent', ...shown, 'came_after_release'],
    '下一期起推送',
  ],
];

describe('why', () => {
  it.each(golden)('of a digest that %s tells %s each decision', async (...row) => {
    const [, who, happen, codes, words] = row;
    const bundle = await happen();
    const { about } = await ask(bundle, who);
    expect(about).toHaveLength(1);
    const steps = about[0]?.steps ?? [];
    expect(steps.map(({ code }) => code)).toEqual(['workday', ...codes]);
    expect(steps[0]?.text).toBe(`${today} 是工作日（放假安排 built-in）`);
    expect(steps.at(-1)?.text).toContain(words);
  });

  it('of a digest on a day off names the list of holidays that decided', async () => {
    const bundle = release({ digests: release().digests.filter(({ calendar }) => calendar === 'workdays') });
    at('10:00:00');
    const { about } = await ask(bundle, '钱正清', '2026-10-01');
    expect(about[0]?.steps.map(({ code }) => code)).toEqual(['day_off', 'not_a_push_day']);
  });

  it('of somebody who left tells what left before they did', async () => {
    const bundle = await sent();
    const { person: unionId } = await person('沈南乔');
    await morning.out().people.recordLeft(unionId, { at: clock.now(), reason: 'left_company' });
    const { about } = await ask(bundle, unionId);
    expect(about[0]?.steps.map(({ code }) => code)).toEqual([
      'not_in_directory',
      'versions',
      'urgency:scheduled',
      'accepted',
    ]);
  });
});
