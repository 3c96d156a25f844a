import { describe, expect, it } from 'vitest';
import type { Card, CardElement } from '../../shared/feishu/card-json.ts';
import {
  card,
  chart,
  collapsible,
  deliveryElementId,
  figureGrid,
  hr,
  markdown,
  table,
  urlButton,
} from '../../shared/feishu/cards.ts';
import { bodyBytes, CARD_LIMITS, PREFLIGHT_RULES, preflight } from '../../shared/feishu/preflight.ts';

const id = deliveryElementId('digest:morning:2026-11-23', 'on_1');

const cardOf = (...elements: readonly CardElement[]): Card =>
  card({ id, summary: '摘要', header: { title: '晨报', colour: 'blue' }, elements, footer: ['数据截至'] });

type Loose = { readonly config: object; readonly body: { readonly elements: object[] } };

/** A card with something in it that its type does not allow. */
const spoilt = (change: (json: Loose) => void): unknown => {
  const json = JSON.parse(JSON.stringify(cardOf(markdown('正文'), hr()))) as Loose;
  change(json);
  return json;
};

const bars = (): CardElement =>
  chart({ type: 'bar', data: [{ values: [{ x: '11-22', y: 1 }] }], xField: 'x', yField: 'y' });
const rows = (): CardElement =>
  table([{ name: 'sku', display_name: '商品', data_type: 'text' }], [{ sku: '蛋白棒' }]);
const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);

const nest = (depth: number): CardElement =>
  depth === 1 ? markdown('底') : collapsible('层', [nest(depth - 1) as never]);

const ruleOf = (value: unknown, options = {}): string => {
  const result = preflight(value, options);
  return result.ok ? 'ok' : result.rule;
};

describe('pre-flight accepts', () => {
  it('a card at each limit', () => {
    expect(ruleOf(cardOf(...times(CARD_LIMITS.tables, rows)))).toBe('ok');
    expect(ruleOf(cardOf(...times(CARD_LIMITS.charts, bars)))).toBe('ok');
    expect(ruleOf(cardOf(nest(CARD_LIMITS.depth)))).toBe('ok');
    // The header's title and the footer are elements too.
    expect(ruleOf(cardOf(...times(CARD_LIMITS.elements - 2, hr)))).toBe('ok');
  });

  it('and says how many bytes the request body has', () => {
    const content = JSON.stringify(cardOf(markdown('正"文')));
    const body = JSON.stringify({
      receive_id: 'on_'.padEnd(64, '0'),
      msg_type: 'interactive',
      content,
      uuid: 'u'.repeat(43),
    });
    const result = preflight(cardOf(markdown('正"文')));
    expect(result).toEqual({ ok: true, bytes: bodyBytes(content) });
    expect(bodyBytes(content)).toBeGreaterThanOrEqual(Buffer.byteLength(body));
    expect(bodyBytes(content)).toBeLessThan(Buffer.byteLength(body) + 60);
  });

  it('links as AppLink, and directly to hosts on the list', () => {
    const direct = cardOf(markdown('[文档](https://mint.feishu.cn/wiki/x)'));
    expect(ruleOf(cardOf(urlButton({ text: '明细', url: 'https://bi.example/' })))).toBe('ok');
    expect(ruleOf(direct, { allowedHosts: ['mint.feishu.cn'] })).toBe('ok');
  });
});

describe('pre-flight refuses', () => {
  it.each([
    ['an unknown property', spoilt((json) => Object.assign(json, { card_link: {} })), 'shape'],
    [
      'an unknown property of an element',
      spoilt(({ body }) => Object.assign(body.elements[1] ?? {}, { text: 1 })),
      'shape',
    ],
    [
      'an unknown element',
      spoilt(({ body }) => Object.assign(body.elements[1] ?? {}, { tag: 'note' })),
      'shape',
    ],
    [
      'a card that is not shared',
      spoilt(({ config }) => Object.assign(config, { update_multi: false })),
      'shape',
    ],
    [
      'a card without summary',
      spoilt(({ config }) => Object.assign(config, { summary: { content: '' } })),
      'shape',
    ],
    ['schema 1.0', spoilt((json) => Object.assign(json, { schema: '1.0' })), 'shape'],
    ['what JSON leaves out', { toJSON: () => undefined }, 'shape'],
    ['what is no JSON', { size: 1n }, 'shape'],
    ['a long button', cardOf(urlButton({ text: '长'.repeat(101), url: 'https://bi.example/' })), 'shape'],
    ['an element id that starts with a digit', cardOf(markdown('文', { id: '1a' })), 'element_id'],
    ['an element id of 21 characters', cardOf(markdown('文', { id: 'a'.repeat(21) })), 'element_id'],
    ['an element id twice', cardOf(markdown('文', { id })), 'element_id_repeated'],
    ['a card that names no delivery', spoilt(({ body }) => void body.elements.pop()), 'delivery_missing'],
    ['201 elements', cardOf(...times(CARD_LIMITS.elements - 1, hr)), 'elements'],
    ['a fourth table', cardOf(...times(4, rows)), 'tables'],
    ['a sixth chart', cardOf(...times(6, bars)), 'charts'],
    ['a sixth level', cardOf(nest(6)), 'nesting'],
    ['a table inside a panel', cardOf(collapsible('层', [rows() as never])), 'shape'],
    [
      'a cell without its column',
      cardOf(table([{ name: 'a', display_name: '', data_type: 'text' }], [{ b: 1 }])),
      'table_columns',
    ],
    ['31 KB', cardOf(markdown('字'.repeat(10_000))), 'bytes'],
    ['a link to elsewhere', cardOf(markdown('[奖](https://evil.example/)')), 'link'],
    ['a bare address', cardOf(markdown('见 https://evil.example/')), 'link'],
    ['an address in a tag', cardOf(markdown("<a href='http://bi.example'></a>")), 'link'],
    ['a telephone number', cardOf(markdown('[打电话](tel:10086)')), 'link'],
    [
      'AppLink as the start of another host',
      cardOf(markdown('[x](https://applink.feishu.cn.evil.example/)')),
      'link',
    ],
    ['AppLink as a user name', cardOf(markdown('[x](https://applink.feishu.cn@evil.example/)')), 'link'],
    ['a mention of everyone', cardOf(markdown('<at id=all></at>')), 'mention_all'],
    [
      'a texture, which phones cannot draw',
      cardOf(chart({ type: 'bar', data: [], bar: { style: { texture: 'circle' } } })),
      'chart_mobile',
    ],
  ])('%s', (_, value, rule) => {
    expect(ruleOf(value)).toBe(rule);
  });

  it('a link inside figures, titles and cells as well', () => {
    const bad = '[x](https://evil.example)';
    const columns = [{ name: 'a', display_name: '', data_type: 'markdown' }] as const;
    expect(ruleOf(cardOf(...figureGrid([{ label: '', value: '', notes: [bad] }])))).toBe('link');
    expect(ruleOf(cardOf(collapsible(bad, [])))).toBe('link');
    expect(ruleOf(cardOf(table(columns, [{ a: bad }])))).toBe('link');
  });

  it('and names no value of the card', () => {
    const result = preflight(spoilt(({ config }) => Object.assign(config, { secret: '陈静手机' })));
    expect(JSON.stringify(result)).not.toContain('陈静手机');
  });
});

it('every rule names the page it comes from, or says that it is ours', () => {
  for (const source of Object.values(PREFLIGHT_RULES)) {
    expect(source).toMatch(/^(https:\/\/open\.feishu\.cn\/document\/|ours: )/);
  }
});
