import { describe, expect, it } from 'vitest';
import { desk } from './desk.ts';

const d = desk();
const [pan, sun, wang, tian] = ['潘小雨', '孙佳禾', '汪晓棠', '田小禾'] as const;

describe('a P1 case', () => {
  it('is on its owner’s screen as soon as the stream brings it, once, however often', async () => {
    const { ticket } = await d.open({}, sun);
    await d.flowOf(ticket);
    await d.flowOf(ticket);
    const mine = d.cards(sun).filter(({ header }) => header.title.content.includes(ticket));
    expect(mine).toHaveLength(1);
    expect(mine[0]?.header).toMatchObject({ title: { content: `漏发少发 · ${ticket}` }, template: 'orange' });
    expect(d.cards(pan)).toHaveLength(0);
    expect(
      (await d.rows('tickets')).find((row) => row['ticket'] === ticket && row['item'] === 'ticket'),
    ).not.toHaveProperty('work');
  });

  it('is solved on the card: the answer shows it and the others’ copies follow', async () => {
    const { ticket } = await d.open({}, sun);
    await d.drain();
    const answer = await d.click(sun, {
      subject: `ticket:${ticket}`,
      text: '标记已解决',
      form: { cause: '漏装', measure: '补发', amount: '12.5', responsible: '仓库', note: '' },
    });
    expect(answer).toMatchObject({ toast: { type: 'success', content: '已标记解决' } });
    expect(await d.ticket(ticket)).toMatchObject({
      state: 'resolved',
      resolution: { measure: '补发', responsible: '仓库', amountFen: 1250, who: { name: sun } },
    });
    const text = JSON.stringify(await d.cardOf(sun, `ticket:${ticket}`));
    expect(text).toContain('✔ 已解决 · 补发 · 用时');
    expect(await d.buttonsOf(sun, `ticket:${ticket}`)).toEqual(['重开']);
  });
});
