import { beforeAll, describe, expect, it } from 'vitest';
import { askOfMenu, readAsk } from '../../functions/event-worker/commands.ts';
import { textOf } from '../../functions/event-worker/events.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { DAY, LEGAL, START, worker, ZHIDA } from './worker.ts';

const w = worker();
const morning = `digest:morning:${DAY}`;

beforeAll(async () => {
  await syncPeople({ people: w.people, readDirectory: () => listDirectory(w.client()) })(new Date());
  await w.setMode('live');
});

/** The morning card of a person, sent the way the digest sends it. */
const sendMorning = async (called: string): Promise<void> => {
  const recipient = w.person(called).unionId;
  const text = JSON.stringify(
    card({
      id: deliveryElementId(morning, recipient),
      summary: '昨日支付186.4万',
      header: { title: '晨报', colour: 'blue' },
      elements: [markdown('支付金额 **186.4万**')],
      footer: ['数据截至昨日 24:00'],
    }),
  );
  const { sending, contents } = outbox('digest', 2_000);
  const hash = await contents.keep(text);
  const target = { recipient, receiveIdType: 'union_id', receiveId: recipient } as const;
  await sendNow(sending)({ subject: morning, sender: 'zhida', hash, eventAt: new Date(START), ...target });
};

const ask = async (called: string, text: string) => {
  const id = w.speak(called, text);
  await w.drain();
  const receipt = await w.receiptOf(id);
  return { id, receipt, answer: w.cards(called).at(-1) };
};

describe('what people type', () => {
  it.each([
    ['今日', 'today'],
    ['/今日', 'today'],
    ['/today', 'today'],
    ['Today', 'today'],
    ['　今日　', 'today'],
    ['今日。', 'today'],
    ['@_user_1 今日', 'today'],
    ['帮助', 'help'],
    ['/help', 'help'],
    ['Help?', 'help'],
    ['？', 'help'],
    ['订阅', 'subscriptions'],
    ['/subscribe', 'subscriptions'],
    ['/subscriptions', 'subscriptions'],
    ['为什么没收到', 'why'],
    ['为什么没收到？', 'why'],
    ['/why', 'why'],
    ['免打扰', 'quiet'],
    ['免打扰？', 'quiet'],
    ['/quiet', 'quiet'],
    ['取消免打扰', 'clearQuiet'],
    ['关闭免打扰。', 'clearQuiet'],
    ['免打扰 取消', 'clearQuiet'],
    ['免打扰怎么用', 'quietNotUnderstood'],
    ['免打扰 22:00', 'quietNotUnderstood'],
    ['免打扰 25:00-08:00', 'quietNotUnderstood'],
    ['免打扰 22:60-08:00', 'quietNotUnderstood'],
    ['免打扰 08:00-08:00', 'quietNotUnderstood'],
    ['免打扰 1:00-2:00 3:00-4:00 5:00-6:00 7:00-8:00', 'quietNotUnderstood'],
    ['合并消息', 'merged'],
    ['天气', 'unknown'],
    ['', 'unknown'],
    ['constructor', 'unknown'],
    ['toString', 'unknown'],
    ['__proto__', 'unknown'],
  ])('%j asks for %s', (text, kind) => {
    expect(readAsk(text)).toEqual({ kind });
  });

  it.each([
    ['退订 经营日报', 'unsubscribe', '经营日报'],
    ['退订　经营日报', 'unsubscribe', '经营日报'],
    ['退订「经营日报」', 'unsubscribe', '经营日报'],
    ['/退订 经营日报', 'unsubscribe', '经营日报'],
    ['／退订　经营日报', 'unsubscribe', '经营日报'],
    ['/unsubscribe sales-daily', 'unsubscribe', 'sales-daily'],
    ['退订', 'unsubscribe', ''],
    ['订阅 经营日报', 'subscribe', '经营日报'],
    ['/subscribe sales-daily', 'subscribe', 'sales-daily'],
  ])('%j is %s of %j', (text, kind, name) => {
    expect(readAsk(text)).toEqual({ kind, name });
  });

  it.each([
    ['免打扰 22:00-08:00', ['22:00-08:00']],
    ['免打扰22：00-8：00', ['22:00-08:00']],
    ['免打扰：22:00 到 08:00', ['22:00-08:00']],
    ['免打扰 22点到8点', ['22:00-08:00']],
    ['免打扰　22点半～次日7点', ['22:30-07:00']],
    ['免打扰 晚上10点至早上8点15分', ['22:00-08:15']],
    ['免打扰 晚上12点到早上8点', ['00:00-08:00']],
    ['免打扰 中午12点到下午1点半', ['12:00-13:30']],
    ['免打扰 23:00—24:00', ['23:00-00:00']],
    ['/quiet 22:00-08:00', ['22:00-08:00']],
    ['设置免打扰 22:00-08:00，12:00-13:30', ['22:00-08:00', '12:00-13:30']],
  ])('%j sets the quiet hours %j', (text, expected) => {
    const spans = expected.map((span) => ({ from: span.slice(0, 5), to: span.slice(6) }));
    expect(readAsk(text)).toEqual({ kind: 'setQuiet', spans });
  });

  it.each(['constructor', 'toString', 'settings'])('the menu key %j is not a command', (key) => {
    expect(askOfMenu(key)).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['image', '{"image_key":"img_1"}'],
    ['text', '{"words":1}'],
    ['text', 'not JSON'],
  ])('a %s message with %s has no words', (type, content) => {
    expect(textOf(type, content)).toBe('');
  });
});

describe('the bot answers', () => {
  it('今日 with the morning card, under an element_id of its own', async () => {
    await sendMorning('林知夏');
    const [sent] = w.cards('林知夏');
    const { id, answer } = await ask('林知夏', '今日');
    const recipient = w.person('林知夏').unionId;
    const of = (subject: string) => deliveryElementId(subject, recipient);
    expect(w.cards('林知夏')).toHaveLength(2);
    expect(answer?.text).toBe(sent?.text.replace(of(morning), of(`reply:${id}`)));
    expect(answer?.text).not.toContain(of(morning));
  });

  it('今日 with the reason when there is no card yet', async () => {
    const { answer } = await ask('周以安', '今日');
    expect(answer).toMatchObject({ title: '晨报 · 推送说明', summary: '晨报本期还没有开始处理' });
  });

  it('帮助 with the commands', async () => {
    const { answer } = await ask('沈南乔', '/help');
    expect(answer?.title).toBe('直达 · 帮助');
    expect(answer?.text).toContain('退订 经营日报');
  });

  it('订阅 with what the person gets and why', async () => {
    const { answer } = await ask('梁佩珊', '订阅');
    expect(answer?.summary).toBe('已订阅 2 份，共 2 份');
    expect(answer?.text).toContain('华南大区负责人');
    expect(answer?.text).not.toContain('人财日报');
  });

  it('退订 and 订阅 by doing it', async () => {
    const unionId = w.person('石敬川').unionId;
    expect((await ask('石敬川', '退订　经营日报')).answer?.title).toBe('已退订 经营日报');
    expect((await w.people.find(unionId))?.unsubscribed).toEqual(['sales-daily']);
    expect((await ask('石敬川', '订阅')).answer?.summary).toBe('已订阅 1 份，共 2 份');
    expect((await ask('石敬川', '订阅 经营')).answer?.title).toBe('已订阅 经营日报');
    expect((await w.people.find(unionId))?.unsubscribed).toEqual([]);
  });

  it('退订 of an unknown name with the names there are', async () => {
    const { answer } = await ask('蒲海棠', '退订 天气日报');
    expect(answer?.title).toBe('没有这份日报');
    expect(answer?.text).toContain('没有叫「天气日报」的日报');
    expect(answer?.text).toContain('经营日报、商品与库存日报、人财日报');
    expect((await w.people.find(w.person('蒲海棠').unionId))?.unsubscribed).toEqual([]);
  });

  it('订阅 of a digest that is not for the person without promising it', async () => {
    const { answer, receipt } = await ask('牛宏伟', '订阅 经营日报');
    expect(answer?.text).not.toContain('下一期起推送');
    expect(answer?.text).toContain('不面向你的职务');
    expect(receipt?.reason).toBe('answered:subscribe:accepted');
  });

  it('为什么没收到 with the decisions', async () => {
    const { answer } = await ask('田小禾', '为什么没收到');
    expect(answer?.text).toContain('经营日报：你的职务不在接收范围');
    expect(answer?.summary).toBe('因此晨报不会推送给你');
  });

  it('anything else with what it understands', async () => {
    const { answer, receipt } = await ask('孟繁星', 'constructor');
    expect(answer?.title).toBe('没听懂');
    expect(receipt).toMatchObject({ state: 'done', reason: 'answered:unknown:accepted' });
  });

  it('a menu click like the word', async () => {
    w.acts('冯知秋').menu(ZHIDA, 'subscriptions');
    await w.drain();
    expect(w.cards('冯知秋').map(({ title }) => title)).toEqual(['我的订阅']);
  });

  it('each question once, each click once', async () => {
    w.speak('唐若谷', '帮助');
    w.speak('唐若谷', '帮助');
    w.acts('唐若谷').menu(ZHIDA, 'help');
    w.acts('唐若谷').menu(ZHIDA, 'help');
    await w.drain();
    expect(w.cards('唐若谷')).toHaveLength(4);
  });

  it('somebody outside the directory that they are not in it', async () => {
    const newcomer = w.staff().hire({ name: '万事通', jobTitle: '总经理', department: '总经办' });
    await w.arrived();
    const id = w.speak('万事通', '今日');
    await w.arrived();
    // The question alone: the directory's event has not come yet.
    await w.workOff(`feishu:${ZHIDA}#${id}`);
    expect(await w.people.find(newcomer.unionId)).toBeUndefined();
    expect(w.cards('万事通')).toMatchObject([
      { title: '暂时无法为你服务', summary: '你还不在直达的通讯录里' },
    ]);
  });

  it('with the app that was asked', async () => {
    await w.settings.append('mode#sender:legal', { value: 'live', changedBy: 'test', now: new Date() });
    w.later(1_500);
    w.speak('裴律安', '帮助', LEGAL);
    await w.drain();
    expect(w.cards('裴律安', LEGAL)).toHaveLength(1);
    expect(w.cards('裴律安', ZHIDA)).toEqual([]);
  });

  it('without writing down in a log what was said', async () => {
    await ask('钱正清', '退订 绝密日报');
    expect(w.logged()).not.toContain('绝密');
  });
});

describe('in rehearsal', () => {
  it('whoever asks gets the answer, on the trial list or not', async () => {
    await w.setMode('rehearsal', [w.person('霍大川').unionId]);
    for (const called of ['霍大川', '韩初霁']) w.speak(called, '帮助');
    w.acts('韩初霁').menu(ZHIDA, 'help');
    await w.drain();
    expect(w.cards('霍大川')).toHaveLength(1);
    expect(w.cards('韩初霁')).toHaveLength(2);
  });

  it('a group that is not on the list gets none either', async () => {
    const group = w
      .tenant()
      .chats.all()
      .find(({ name }) => name === '经营群');
    w.acts('林知夏').speak(group?.id ?? '', '@直达 今日');
    await w.drain();
    expect(w.cardsIn(group?.id ?? '')).toEqual([]);
  });

  it('an answer that was suppressed is not sent when the sender goes live', async () => {
    const group = w
      .tenant()
      .chats.all()
      .find(({ name }) => name === '经营群');
    await w.setMode('live');
    await w.deliverDue();
    expect(w.cardsIn(group?.id ?? '')).toEqual([]);
  });
});

describe('a stopped sender', () => {
  it('holds the answer and sends it once it is live again', async () => {
    await w.setMode('stopped');
    w.speak('闻人杰', '帮助');
    await w.drain();
    expect(w.cards('闻人杰')).toEqual([]);
    await w.setMode('live');
    w.later(60_000);
    await w.deliverDue();
    await w.deliverDue();
    expect(w.cards('闻人杰').map(({ title }) => title)).toEqual(['直达 · 帮助']);
  });

  it('does not send an answer that was held for more than an hour', async () => {
    const before = w.cards('韩初霁').length;
    await w.setMode('stopped');
    w.speak('韩初霁', '今日');
    await w.drain();
    w.later(61 * 60_000);
    await w.setMode('live');
    await w.deliverDue();
    expect(w.cards('韩初霁')).toHaveLength(before);
    const [delivery] = (await w.deliveries.listOfPerson(w.person('韩初霁').unionId, DAY)).filter(
      ({ subject, state }) => subject.startsWith('reply:') && state === 'suppressed',
    );
    expect(delivery).toMatchObject({ state: 'suppressed', reason: 'expired' });
  });
});
