import { beforeAll, describe, expect, it } from 'vitest';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { planDelivery, planNothing, type Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { DAY, must, worker } from './worker.ts';

const w = worker();
let sending: ReturnType<typeof outbox>['sending'];

beforeAll(async () => {
  await syncPeople({ people: w.people, readDirectory: () => listDirectory(w.client()) })(new Date());
  await w.setMode('live');
  ({ sending } = outbox('digest', 2_000));
});

const ask = async (called: string, text: string) => {
  w.speak(called, text);
  await w.drain();
  return must(w.cards(called).at(-1));
};
const idOf = (called: string): string => w.person(called).unionId;
const quietOf = async (called: string) => (await w.people.find(idOf(called)))?.quiet?.spans;

const noticeFor = async (called: string, subject: string, title: string): Promise<Wish> => {
  const id = deliveryElementId(subject, idOf(called));
  const content = card({
    id,
    summary: `${title} 摘要`,
    header: { title, colour: 'blue' },
    elements: [markdown(`${title} 正文`)],
    footer: ['数据截至 06:10'],
  });
  const to = { recipient: idOf(called), receiveIdType: 'union_id', receiveId: idOf(called) } as const;
  return {
    subject,
    sender: 'zhida',
    ...to,
    ...(await keepCard(w.contents)(content, { id })),
    eventAt: new Date(),
  };
};

describe('免打扰', () => {
  it('alone shows the hours in force and how to set others', async () => {
    const { title, summary, text } = await ask('沈南乔', '免打扰');
    expect([title, summary]).toEqual(['我的免打扰', '免打扰 21:30–08:00、12:00–13:30']);
    expect(text).toContain('现在不在免打扰时段');
    expect(text).toContain('免打扰 22:00-08:00');
  });

  it('with hours sets them; the next send obeys within a second', async () => {
    const send = sendNow(sending);
    expect(await send(await noticeFor('沈南乔', 'notice:before', '补货提醒'))).toBe('accepted');
    const answer = await ask('沈南乔', '免打扰 09：30到18点');
    expect(answer.title).toBe('免打扰已设置');
    expect(answer.summary).toBe('免打扰 09:30–18:00，立即生效');
    expect(await quietOf('沈南乔')).toEqual([{ from: '09:30', to: '18:00' }]);
    w.later(1_000);
    expect(await send(await noticeFor('沈南乔', 'notice:after', '补货提醒'))).toBe('held');
    expect(await w.deliveries.find({ subject: 'notice:after', recipient: idOf('沈南乔') })).toMatchObject({
      reason: 'own_quiet_hours',
    });
  });

  it('is shown as set, until when it lasts, and answered although it is quiet', async () => {
    const { summary, text } = await ask('沈南乔', '免打扰');
    expect(summary).toBe('免打扰 09:30–18:00');
    expect(text).toContain('现在是免打扰时段，18:00 结束');
    expect(text).toContain('取消免打扰');
  });

  it('taken back lets the usual hours count again', async () => {
    const { title, text } = await ask('沈南乔', '取消免打扰');
    expect(title).toBe('已取消你设置的免打扰');
    expect(text).toContain('21:30–08:00');
    expect(await quietOf('沈南乔')).toBeUndefined();
    w.later(1_000);
    expect(await sendNow(sending)(await noticeFor('沈南乔', 'notice:again', '补货提醒'))).toBe('accepted');
  });

  it('says that the lunch break counts no more, unless it is among the hours', async () => {
    expect((await ask('周以安', '免打扰 22:00-08:00')).text).toContain('午休不再免打扰');
    expect((await ask('周以安', '免打扰 22:00-08:00 12:00-13:30')).text).not.toContain('午休不再免打扰');
    expect((await ask('周以安', '免打扰 10:00-09:00')).title).toBe('免打扰时间太长');
    expect(await quietOf('周以安')).toHaveLength(2);
  });

  it('that it can’t read changes nothing and shows how to write it', async () => {
    const { title, text } = await ask('周以安', '免打扰 晚上');
    expect(title).toBe('没看懂免打扰的时间');
    expect(text).toContain('免打扰 22:00-08:00');
    expect(await quietOf('周以安')).toHaveLength(2);
  });

  it('of two messages is what was written last, whichever is worked off last', async () => {
    w.speak('牛宏伟', '免打扰 22:00-07:00');
    w.later(1_000);
    w.speak('牛宏伟', '免打扰 23:00-06:00');
    await w.arrived();
    const [first = '', second = ''] = (await w.receiptsOf('im.message.receive_v1'))
      .filter(({ state }) => state === 'received')
      .toSorted((a, b) => String(a['eventAt']).localeCompare(String(b['eventAt'])))
      .map(({ id }) => String(id));
    await w.workOff(second);
    await w.workOff(first);
    expect(await quietOf('牛宏伟')).toEqual([{ from: '23:00', to: '06:00' }]);
  });

  it('by the shift says so', async () => {
    await w.people.recordShift(idOf('韩初霁'), { from: '14:00', to: '23:00', days: [1, 2, 6] });
    const { summary, text } = await ask('韩初霁', '免打扰');
    expect(summary).toBe('班次 14:00–23:00 之外不打扰');
    expect(text).toContain('周一、二、六 14:00–23:00');
  });
});

describe('为什么没收到', () => {
  it('tells what became of the day’s other messages and when they come', async () => {
    const called = '梁佩珊';
    await ask(called, '免打扰 09:30-18:00');
    w.later(1_000);
    expect(await sendNow(sending)(await noticeFor(called, 'notice:held', '退货提醒'))).toBe('held');
    await planNothing(w.deliveries)(await noticeFor(called, 'notice:gone', '临期提醒'), {
      state: 'suppressed',
      reason: 'attention_limit',
      now: new Date(),
    });
    const { text } = await ask(called, '为什么没收到');
    expect(text).toContain('其他消息');
    expect(text).toMatch(/「退货提醒」暂缓发送：当时在你设置的免打扰时段（预计 18:0\d 送达）/);
    expect(text).toContain('「临期提醒」未发送：当天普通消息已满 4 条');
    expect(text).not.toContain('免打扰已设置');
  });

  it('says nothing of other messages when all have arrived', async () => {
    expect((await ask('冯知秋', '为什么没收到')).text).not.toContain('其他消息');
  });
});

describe('合并消息', () => {
  it('without any says so', async () => {
    expect((await ask('冯知秋', '合并消息')).summary).toBe('最近的晨报没有合并其他消息');
  });

  it('shows in full what the last morning card told in a line each', async () => {
    const called = '唐若谷';
    for (const [subject, title] of [
      ['notice:one', '补货提醒'],
      ['notice:two', '临期提醒'],
    ] as const)
      await planDelivery(w.deliveries)(await noticeFor(called, subject, title), new Date());
    const bundle = await noticeFor(called, `digest:morning:${DAY}`, '晨报');
    const decidedBy = { carries: 'notice:one\nnotice:two' };
    expect(await sendNow(sending)({ ...bundle, urgency: 'scheduled', decidedBy })).toBe('accepted');
    const { summary, text } = await ask(called, '合并消息');
    expect(summary).toBe('晨报合并的 2 条消息');
    for (const words of ['补货提醒 正文', '临期提醒 正文']) expect(text).toContain(words);
    expect(text).not.toContain('晨报 正文');
  });
});
