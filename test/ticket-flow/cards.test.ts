import { describe, expect, it } from 'vitest';
import { desk } from './desk.ts';

const d = desk();
const [pan, sun, wang] = ['潘小雨', '孙佳禾', '汪晓棠'] as const;

const titled = (called: string, ticket: string) =>
  d.cards(called).filter(({ header }) => header.title.content.endsWith(ticket));
const screen = async (called: string, subject: string) => JSON.stringify(await d.cardOf(called, subject));

describe('who gets a card', () => {
  it('a P1 case is on its owner’s screen as soon as the stream brings it, once, however often', async () => {
    const { ticket } = await d.open({}, sun);
    await d.flowOf(ticket);
    await d.flowOf(ticket);
    const [mine, ...more] = titled(sun, ticket);
    expect(more).toEqual([]);
    expect(mine?.header).toMatchObject({ title: { content: `漏发少发 · ${ticket}` }, template: 'orange' });
    expect(Array.from(mine?.config.summary.content ?? '').length).toBeLessThanOrEqual(38);
    expect(titled(pan, ticket)).toEqual([]);
    const rows = await d.rows('tickets');
    expect(rows.find((row) => row['ticket'] === ticket && row['item'] === 'ticket')).not.toHaveProperty(
      'work',
    );
  });

  it('a P2 case has none until a rung of the ladder asks for one', async () => {
    const { ticket } = await d.open({ priority: 'P2' }, sun);
    await d.drain();
    expect(titled(sun, ticket)).toEqual([]);
    await d.change(ticket, [{ do: 'rung', rung: '1:resolution:p2-late', to: [d.person(pan).unionId] }]);
    await d.drain();
    expect(titled(pan, ticket)).toHaveLength(1);
    expect(await screen(pan, `ticket:${ticket}:rung:1:resolution:p2-late`)).toContain(
      '催办第 2 级：处理已超时',
    );
  });

  it('a P0 rung rings the phone of each of its people once', async () => {
    const { ticket } = await d.open({ priority: 'P0' }, sun);
    const to = [pan, '冯知秋'].map((name) => d.person(name).unionId);
    await d.change(ticket, [{ do: 'rung', rung: '1:resolution:p0-opened', to }]);
    await d.flowOf(ticket);
    await d.flowOf(ticket);
    for (const name of [pan, '冯知秋']) {
      const message = await d.messageOf(name, `ticket:${ticket}:rung:1:resolution:p0-opened`);
      expect([...message.urgentFor]).toEqual([d.person(name).unionId]);
    }
    const calls = d
      .tenant()
      .calls.since(0)
      .filter(({ api }) => api.endsWith('/urgent_app'));
    expect(calls).toHaveLength(2);
  });

  it('what nobody can be given and can not wait is told to whoever leads the team, and taken there', async () => {
    const { ticket } = await d.open({ priority: 'P1' });
    await d.change(ticket, [{ do: 'assignment_failed', because: '都已满' }]);
    await d.drain();
    const subject = `ticket:${ticket}:failed:1`;
    expect(await d.buttonsOf(pan, subject)).toEqual(expect.arrayContaining(['领取', '转派']));
    const answer = await d.click(pan, { subject, text: '转派', option: d.person(wang).unionId });
    expect(answer).toMatchObject({ toast: { content: `已转派给 ${wang}` } });
    await d.drain();
    expect(titled(wang, ticket)).toHaveLength(1);
  });

  it('a case that ended tells nobody anew, and one of a team with a list gets none', async () => {
    const { ticket } = await d.open({}, sun);
    await d.change(ticket, [{ do: 'resolved', resolution: { at: new Date().toISOString(), by: 'source' } }]);
    await d.drain();
    expect(titled(sun, ticket)).toEqual([]);
    const listed = await d.open({ kind: 'child', ask: 'warehouse', team: 'warehouse' }, '田小禾');
    await d.drain();
    expect(titled('田小禾', listed.ticket)).toEqual([]);
  });
});

describe('another owner', () => {
  it('gets a card of their own; the old one turns grey and has nothing to do', async () => {
    const { ticket } = await d.open({}, sun);
    await d.drain();
    await d.click(sun, { subject: `ticket:${ticket}`, text: '转派', option: d.person(wang).unionId });
    await d.tick();
    expect(titled(wang, ticket)).toHaveLength(1);
    const old = await d.cardOf(sun, `ticket:${ticket}`);
    expect(old.header.template).toBe('grey');
    expect(JSON.stringify(old)).toContain(`已转派给 ${wang}`);
    expect(await d.buttonsOf(sun, `ticket:${ticket}`)).toEqual([]);
  });

  it('who gets it back hears of it again', async () => {
    const { ticket } = await d.open({}, sun);
    await d.drain();
    for (const to of [wang, sun]) {
      d.later(60_000);
      await d.change(ticket, [{ do: 'assigned', to: d.who(to), how: 'transfer' }]);
      await d.drain();
    }
    expect(titled(sun, ticket)).toHaveLength(2);
    expect(titled(wang, ticket)).toHaveLength(1);
    expect(await d.buttonsOf(sun, `ticket:${ticket}`)).toContain('标记已解决');
  });
});

describe('statements about health', () => {
  it('are in full for the owner and 品控, and nobody else reads them', async () => {
    const words = '吃完两根蛋白棒拉肚子了';
    const { ticket } = await d.open({ priority: 'P0', content: words, health: ['身体不适'] }, sun);
    const to = [pan, '施远帆', '闻人杰'].map((name) => d.person(name).unionId);
    await d.change(ticket, [{ do: 'rung', rung: '1:resolution:p0-opened', to }]);
    await d.drain();
    const subject = `ticket:${ticket}:rung:1:resolution:p0-opened`;
    expect(await screen(sun, `ticket:${ticket}`)).toContain(words);
    expect(await screen('施远帆', subject)).toContain(words);
    expect(await screen('闻人杰', subject)).toContain(words);
    expect(await screen(pan, subject)).not.toContain(words);
    expect(await screen(pan, subject)).toContain('仅处理人、品控、法务可见');
  });
});

describe('what the platform does', () => {
  const link = {
    source: 'doudian',
    caseId: '7',
    kind: 'refund',
    version: 1,
    ended: false,
    deadlineAt: '2026-11-23T05:40:00.000Z',
  } as const;

  it('stands on the card with what is left, and its end changes every copy', async () => {
    const { ticket } = await d.open({ source: link }, sun);
    await d.drain();
    const before = await screen(sun, `ticket:${ticket}`);
    expect(before).toContain('超时将自动退款');
    expect(before).toContain('平台 13:40 前');
    await d.change(ticket, [
      { do: 'source_changed', source: { ...link, version: 2, ended: true } },
      { do: 'resolved', resolution: { at: new Date().toISOString(), by: 'source' } },
    ]);
    await d.drain();
    const after = await d.cardOf(sun, `ticket:${ticket}`);
    expect(after.header.template).toBe('green');
    expect(JSON.stringify(after)).toContain('✔ 平台已完结');
    expect(await d.buttonsOf(sun, `ticket:${ticket}`)).toEqual(['重开']);
  });

  it('may come after a case was solved here: the card says how long it has', async () => {
    const { ticket } = await d.open({ source: link }, sun);
    await d.drain();
    const answer = await d.click(sun, {
      subject: `ticket:${ticket}`,
      text: '标记已解决',
      form: { measure: '退款', responsible: '平台' },
    });
    expect(answer).toMatchObject({ toast: { content: '已标记解决，等待平台完结' } });
    expect(await screen(sun, `ticket:${ticket}`)).toContain('平台未完结，还剩');
  });
});

it('a colleague who is no member sees the ticket and can do nothing to it', async () => {
  const { ticket } = await d.open({}, sun);
  await d.change(ticket, [{ do: 'rung', rung: '1:resolution:p1-long', to: [d.person('周以安').unionId] }]);
  await d.drain();
  expect(await d.buttonsOf('周以安', `ticket:${ticket}:rung:1:resolution:p1-long`)).toEqual(['⋯']);
});

it('a P1 case of the evening is no case of the morning: its owner works till midnight', async () => {
  d.clock('22:30');
  const { ticket } = await d.open({}, sun);
  await d.drain();
  expect(titled(sun, ticket)).toHaveLength(1);
  d.clock('03:00', '2026-11-24');
  const night = await d.open({}, sun);
  await d.drain();
  expect(titled(sun, night.ticket)).toEqual([]);
});
