import { beforeAll, describe, expect, it } from 'vitest';
import { desk, must, START } from './desk.ts';

const d = desk();
const [sun, wang, niu, tian] = ['孙佳禾', '汪晓棠', '牛宏伟', '田小禾'] as const;
/** Ticks of ticket-sla, a minute each. */
const minutes = async (count: number): Promise<void> => {
  for (let minute = 0; minute < count; minute += 1) {
    await d.sla();
    d.later(60_000);
  }
  await d.drain();
};
const listed = (called: string, title: string) =>
  d.cards(called).filter(({ header }) => header.title.content.startsWith(title));

describe('我的待办', () => {
  it('comes once in the middle of the shift to whoever has something open, and to nobody else', async () => {
    const { ticket } = await d.open({ priority: 'P2' }, sun);
    await d.drain();
    // 客服 works 08:30–24:00 without a rota: its middle is 16:15.
    d.clock('16:14');
    await minutes(8);
    expect(listed(sun, '我的待办')).toHaveLength(1);
    expect(JSON.stringify(listed(sun, '我的待办')[0])).toContain(ticket.slice(-4));
    expect(listed(wang, '我的待办')).toEqual([]);
    const none = await d.out().deliveries.find({
      subject: 'todo:20261123-1615',
      recipient: d.person(wang).unionId,
    });
    expect(none).toMatchObject({ state: 'excluded', reason: 'nothing_to_do' });
  });

  it('a tick that comes too late tells nobody: the next list does', async () => {
    d.clock('23:45');
    await minutes(3);
    expect(listed(sun, '我的待办')).toHaveLength(1);
  });
});

describe('what nobody can be given', () => {
  it('is one card in two hours of the shift for whoever leads, not one for each', async () => {
    d.clock('10:00', '2026-11-25');
    const away = { from: new Date().toISOString(), until: new Date(Date.now() + 86_400_000).toISOString() };
    for (const name of ['冯知秋', '施远帆', '柳青瑶'])
      await d.out().people.recordLeave(d.person(name).unionId, [away], []);
    const cases = await Promise.all([1, 2, 3].map(() => d.open({ priority: 'P2', team: 'qa' })));
    d.later(61_000);
    await minutes(8);
    // Their lead is away too: it goes to whoever stands above.
    expect(listed('周以安', '无人可派')).toEqual([]);
    await minutes(8);
    const [told, ...more] = listed('周以安', '无人可派 3 单');
    expect(more).toEqual([]);
    for (const { ticket } of cases) expect(JSON.stringify(told)).toContain(ticket.slice(-4));
  });
});

describe('the list of a warehouse', () => {
  it('comes once a shift when there is something to look into, and follows on the screen', async () => {
    d.clock('09:00', '2026-11-24');
    await minutes(2);
    expect(listed(tian, '待核实')).toEqual([]);
    const first = await d.open({}, sun);
    await d.drain();
    await d.click(sun, { subject: `ticket:${first.ticket}`, text: '请仓储核实' });
    await d.drain();
    await minutes(2);
    const subject = 'list:warehouse:20261124-0830';
    for (const name of [tian, niu]) expect(listed(name, '待核实 1 单')).toHaveLength(1);
    const shown = JSON.stringify(await d.cardOf(tian, subject));
    expect(shown).toContain(first.ticket.slice(-4));
    expect(shown).not.toContain('什么时候补发');
    expect(await d.buttonsOf(tian, subject)).toEqual(['确认漏发', '未发现异常', '查不到']);

    const second = await d.open({}, sun);
    await d.drain();
    await d.click(sun, { subject: `ticket:${second.ticket}`, text: '请仓储核实' });
    await d.drain();
    expect((await d.cardOf(tian, subject)).header.title.content).toBe('待核实 2 单 · 仓储');
    expect(listed(tian, '待核实')).toHaveLength(1);

    expect(await d.click(tian, { subject, text: '确认漏发' })).toMatchObject({
      toast: { type: 'success', content: '已答复：确认漏发' },
    });
    expect((await d.cardOf(tian, subject)).header.title.content).toBe('待核实 1 单 · 仓储');
    await d.tick();
    expect((await d.cardOf(niu, subject)).header.title.content).toBe('待核实 1 单 · 仓储');
    expect(await d.ticket(first.ticket)).toMatchObject({
      state: 'in_progress',
      children: [{ open: false, finding: '确认漏发' }],
    });
    await d.drain();
    // A changed card makes no sound: whoever asked hears of the answer.
    const answered = await d.cardOf(sun, `ticket:${first.ticket}:answered:${first.ticket}-1`);
    expect(JSON.stringify(answered)).toContain('确认漏发');
  });

  it('of two who answer one line the second is told who was first', async () => {
    const { ticket } = await d.open({}, sun);
    await d.drain();
    await d.click(sun, { subject: `ticket:${ticket}`, text: '请仓储核实' });
    await d.drain();
    const subject = 'list:warehouse:20261124-0830';
    const value = { do: 'answer', ticket: `${ticket}-1`, subject, seen: '0', finding: '查不到' };
    const answers = [];
    for (const name of [tian, niu]) {
      const { id } = await d.messageOf(name, subject);
      answers.push(await d.send(name, id, { tag: 'button', value }));
    }
    expect(answers[0]).toMatchObject({ toast: { type: 'success' } });
    expect(answers[1]).toMatchObject({
      toast: { type: 'warning', content: expect.stringMatching(/^田小禾 已于 \d\d:\d\d 答复$/u) as string },
    });
  });

  it('a picture as an answer to it is asked for its line', async () => {
    const { id } = await d.messageOf(tian, 'list:warehouse:20261124-0830');
    d.reply(tian, id, '称重 412 克');
    await d.drain();
    const asked = must(d.cards(tian).at(-1), 'card');
    expect(asked.header.title.content).toBe('这是哪一单的？');
  });
});

describe('看板', () => {
  const group = () =>
    must(
      d.tenant().company.groups.find(({ name }) => name === '售后群'),
      '售后群',
    );
  const boards = () =>
    must(d.tenant().chats.chat(group().chatId), 'chat').messages.filter(({ content }) =>
      content.includes('售后看板'),
    );
  const place = () => ({ subject: `board:care:${Math.floor(Date.now() / (13 * 86_400_000))}` });
  const board = () => d.cardOf(`chat:${group().chatId}`, place().subject);
  beforeAll(async () => {
    await d
      .out()
      .people.recordGroup(group().chatId, { name: '售后群', sender: 'zhida', now: new Date(START) });
  });

  it('is first posted when its team is at work, be it late', async () => {
    d.clock('03:00', '2026-11-25');
    await minutes(2);
    expect(boards()).toHaveLength(0);
    d.clock('23:00', '2026-11-25');
    await minutes(2);
    expect(boards()).toHaveLength(1);
  });

  it('is one message of the group, pinned, and changes at most every ten minutes', async () => {
    d.clock('14:00', '2026-11-26');
    await minutes(4);
    expect(boards()).toHaveLength(1);
    const chat = must(d.tenant().chats.chat(group().chatId), 'chat');
    expect([...chat.pins.keys()]).toEqual([boards()[0]?.id]);
    const { ticket } = await d.open({ priority: 'P2', content: '客户的话' });
    await d.drain();
    await minutes(5);
    expect(JSON.stringify(await board())).not.toContain(ticket.slice(-4));
    d.clock('14:10', '2026-11-26');
    await minutes(1);
    const shown = JSON.stringify(await board());
    expect(shown).toContain(ticket.slice(-4));
    expect(shown).not.toContain('客户的话');
    expect(boards()).toHaveLength(1);
  });

  it('领取 on it makes it theirs, and brings the card to work on', async () => {
    const on = `chat:${group().chatId}`;
    const { subject } = place();
    // Nobody has had the time to give it to somebody.
    const { ticket } = await d.open({ priority: 'P2' });
    const { id } = await d.messageOf(on, subject);
    const value = { do: 'claim', ticket, subject, seen: '0' };
    const answer = await d.send(wang, id, { tag: 'button', value });
    expect(answer).toMatchObject({ toast: { type: 'success', content: '已领取，由你处理' } });
    expect(await d.ticket(ticket)).toMatchObject({ owner: { name: wang }, ownedBy: 'claim' });
    await d.drain();
    expect(await d.buttonsOf(wang, `ticket:${ticket}`)).toContain('标记已解决');
  });

  it('a colleague of another team can’t look into a case from it', async () => {
    const on = `chat:${group().chatId}`;
    const { id } = await d.messageOf(on, place().subject);
    const [first] = await d.tickets().listOfTeam('care');
    const value = { do: 'open', ticket: first ?? '', subject: place().subject, seen: '0' };
    const outsider = must(
      group()
        .memberUserIds.map((userId) => d.tenant().company.people.find((one) => one.userId === userId)?.name)
        .find((name) => name === '牛宏伟'),
      'member',
    );
    expect(await d.send(outsider, id, { tag: 'button', value })).toMatchObject({
      toast: { type: 'warning', content: '无权限：仅本组成员可查看' },
    });
  });
});
