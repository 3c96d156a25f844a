import { describe, expect, it } from 'vitest';
import { degrade } from '../../shared/delivery/degrade.ts';
import type { Card, CardElement } from '../../shared/feishu/card-json.ts';
import {
  buttonRows,
  callbackButton,
  card,
  chart,
  collapsible,
  deliveryElementId,
  figureGrid,
  markdown,
  table,
} from '../../shared/feishu/cards.ts';
import { preflight } from '../../shared/feishu/preflight.ts';

const id = deliveryElementId('digest:morning:2026-11-23', 'on_1');
const url = 'https://bi.example/morning';

const cardOf = (...elements: readonly CardElement[]): Card =>
  card({
    id,
    summary: '昨日支付186.4万▲6.2%',
    header: { title: '晨报', subtitle: '华东大区', colour: 'orange' },
    elements,
    footer: ['数据截至 11-23 06:10', '为什么收到：华东负责人'],
  });

const textOf = ({ body }: Card): string => JSON.stringify(body.elements);
const lines = (count: number, length: number): string =>
  Array.from({ length: count }, (_, index) => `第 ${index} 行${'字'.repeat(length)}`).join('\n');
const days = (count: number): CardElement =>
  chart({
    type: 'bar',
    title: { text: '近 14 天支付（万元）' },
    data: [
      {
        values: Array.from({ length: count }, (_, index) => ({ day: `11-${index + 1}`, paid: 100 + index })),
      },
    ],
    xField: 'day',
    yField: 'paid',
  });

describe('a card that is too big', () => {
  it('is left alone while it fits', () => {
    const designed = cardOf(markdown('正文'));
    expect(degrade(designed, { id, url })).toMatchObject({ step: 'none', card: designed });
  });

  it('first shows fewer lines and rows and says how many are missing', () => {
    const columns = [{ name: 'sku', display_name: '商品', data_type: 'text' }] as const;
    const rows = Array.from({ length: 40 }, () => ({ sku: '代餐奶昔'.repeat(20) }));
    const result = degrade(cardOf(markdown(lines(120, 60)), table(columns, rows)), { id, url });
    expect(result).toMatchObject({ step: 'rows', because: { rule: 'bytes' } });
    expect(textOf(result.card)).toContain('…还有 115 行');
    expect(textOf(result.card)).toContain('…还有 35 行');
    expect(textOf(result.card)).not.toContain('第 5 行');
  });

  it('closes a colour that the cut left open', () => {
    const red = `<font color='red'>${lines(300, 60)}</font>`;
    const { card: cut } = degrade(cardOf(markdown(red)), { id, url });
    const [first] = cut.body.elements;
    expect(first?.tag === 'markdown' && first.content.endsWith('</font>')).toBe(true);
  });

  it('then says a chart in a line: what, last, highest, lowest', () => {
    const result = degrade(cardOf(days(1500)), { id, url });
    expect(result.step).toBe('charts');
    expect(textOf(result.card)).toContain(
      '近 14 天支付（万元）：最近 11-1500 1599，最高 11-1500 1599，最低 11-1 100',
    );
  });

  it('also when there are too many charts', () => {
    const result = degrade(cardOf(...Array.from({ length: 6 }, () => days(3))), { id, url });
    expect(result).toMatchObject({ step: 'charts', because: { rule: 'charts' } });
  });

  it('then keeps only the titles of its sections', () => {
    const section = collapsible('**渠道与单品**', [markdown('字'.repeat(10_000))]);
    const result = degrade(cardOf(markdown('先看这里'), section), { id, url });
    expect(result.step).toBe('sections');
    expect(textOf(result.card)).toContain('渠道与单品（内容较多，请打开查看）');
    expect(textOf(result.card)).toContain('先看这里');
  });

  it('then keeps the first line of each part and a button to the whole', () => {
    const figures = figureGrid([{ label: '支付金额', value: '186.4万', notes: ['较昨日 ▲6.2%'] }]);
    const result = degrade(cardOf(...figures, markdown(`结论：抖音下滑${'字'.repeat(12_000)}`)), { id, url });
    expect(result.step).toBe('headlines');
    expect(textOf(result.card)).toContain('支付金额 186.4万 较昨日 ▲6.2%');
    expect(textOf(result.card)).toContain('结论：抖音下滑');
    expect(textOf(result.card)).toContain('打开查看');
    expect(result.card.header.template).toBe('orange');
  });

  it('keeps what a reader can do as long as there are headlines', () => {
    const known = callbackButton({ text: '已知晓', value: { do: 'known' } });
    const result = degrade(cardOf(markdown('字'.repeat(12_000)), ...buttonRows([known])), { id, url });
    expect(result.step).toBe('headlines');
    expect(textOf(result.card)).toContain('已知晓');
    expect(textOf(result.card)).toContain('打开查看');
  });

  it('ends as its summary, a link and the footer that carries the delivery', () => {
    const designed = cardOf(markdown('字'.repeat(20_000)));
    const endless = {
      ...designed,
      config: { ...designed.config, summary: { content: '摘'.repeat(20_000) } },
    };
    const broken = { ...endless, body: { elements: [] } };
    for (const wrong of [endless, broken]) {
      const result = degrade(wrong, { id, url });
      expect(preflight(result.card)).toMatchObject({ ok: true });
      expect(result.card.body.elements.at(-1)).toMatchObject({ element_id: id });
    }
  });

  it('does without the button when its address is endless', () => {
    const result = degrade(cardOf(markdown('字'.repeat(20_000))), {
      id,
      url: `${url}?${'a'.repeat(40_000)}`,
    });
    expect(preflight(result.card)).toMatchObject({ ok: true });
    expect(textOf(result.card)).not.toContain('打开查看');
  });

  it('keeps what a person wrote from becoming markup on the way down', () => {
    const result = degrade(cardOf(markdown('&#60;at id=all&#62;&#60;/at&#62;' + '字'.repeat(20_000))), {
      id,
      url,
    });
    expect(textOf(result.card)).not.toContain('<at');
    expect(result.step).toBe('headlines');
  });

  it('with an id that is no element id is a mistake of ours', () => {
    expect(() => degrade(cardOf(markdown('字'.repeat(20_000))), { id: '1 2', url })).toThrow(
      expect.objectContaining({ code: 'invalid_delivery_id' }) as Error,
    );
  });
});
