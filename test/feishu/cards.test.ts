import { describe, expect, it } from 'vitest';
import {
  appLink,
  buttonRows,
  callbackButton,
  card,
  chart,
  coloured,
  deliveryElementId,
  figureGrid,
  link,
  markdown,
  table,
  textTag,
  urlButton,
} from '../../shared/feishu/cards.ts';
import { preflight } from '../../shared/feishu/preflight.ts';

const id = deliveryElementId('digest:morning:2026-11-23', 'on_1');

const options = {
  id,
  summary: '昨日支付186.4万▲6.2%',
  header: { title: '晨报', colour: 'blue' },
  elements: [markdown('正文')],
  footer: ['数据截至 11-23 06:10'],
} as const;

describe('a delivery is found by its element id', () => {
  it('is a letter and 19 hexadecimal digits', () => {
    expect(id).toMatch(/^d[0-9a-f]{19}$/);
  });

  it('differs by subject and by recipient, and a separator inside a name does not confuse them', () => {
    const ids = [
      deliveryElementId('a', 'b'),
      deliveryElementId('b', 'a'),
      deliveryElementId('ab', ''),
      deliveryElementId('a:b', ''),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('stands on the footer', () => {
    expect(card(options).body.elements.at(-1)).toEqual({
      tag: 'markdown',
      element_id: id,
      text_size: 'notation',
      content: "<font color='grey'>数据截至 11-23 06:10</font>",
    });
  });
});

describe('a card', () => {
  it('has its summary and can be updated but not forwarded', () => {
    expect(card(options).config).toEqual({
      update_multi: true,
      enable_forward: false,
      summary: { content: '昨日支付186.4万▲6.2%' },
    });
  });

  it('of an account can be forwarded', () => {
    expect(card({ ...options, forward: true }).config.enable_forward).toBe(true);
  });

  it('has its header with subtitle and tags', () => {
    const header = {
      title: '晨报',
      subtitle: '华东大区',
      colour: 'orange',
      tags: [{ text: '异常 3', colour: 'red' }],
    } as const;
    expect(card({ ...options, header }).header).toEqual({
      title: { tag: 'plain_text', content: '晨报' },
      subtitle: { tag: 'plain_text', content: '华东大区' },
      template: 'orange',
      text_tag_list: [{ tag: 'text_tag', text: { tag: 'plain_text', content: '异常 3' }, color: 'red' }],
    });
  });

  it('is accepted with every part that the builder knows', () => {
    const full = card({
      ...options,
      elements: [
        markdown(
          `${textTag('异常', 'red')} ${coloured('▲6.2%', 'red')} ${link('明细', 'https://bi.example/day')}`,
        ),
        ...figureGrid([{ label: '支付', value: '186.4万', notes: [] }]),
        chart({ type: 'bar', data: [{ values: [{ x: '11-22', y: 1 }] }], xField: 'x', yField: 'y' }),
        table([{ name: 'sku', display_name: '商品', data_type: 'text' }], [{ sku: '蛋白棒' }]),
        ...buttonRows([
          urlButton({ text: '查看明细', url: 'https://bi.example/day' }),
          callbackButton({
            text: '确认',
            value: { do: 'confirm' },
            confirm: { title: '确认', text: '将记录' },
          }),
        ]),
      ],
    });
    expect(preflight(full)).toMatchObject({ ok: true });
  });
});

describe('figures', () => {
  const figure = (label: string) => ({
    label,
    value: '186.4万',
    notes: ['较昨日 ▲6.2%', '较上周同日 ▼1.8%'],
  });

  it('stand two by two on every screen', () => {
    const rows = figureGrid(['支付金额', '净销售额', '客单价', '推广费率'].map(figure));
    expect(rows.map(({ flex_mode, columns }) => [flex_mode, columns.length])).toEqual([
      ['bisect', 2],
      ['bisect', 2],
    ]);
  });

  it('show label and value as plain text and the comparisons below', () => {
    const [row] = figureGrid([{ ...figure('A*B'), value: '<1%' }]);
    expect(row?.columns[0]?.elements.map((element) => 'content' in element && element.content)).toEqual([
      "<font color='grey'>A&#42;B</font>",
      '**&#60;1%**',
      '较昨日 ▲6.2%\n较上周同日 ▼1.8%',
    ]);
  });
});

describe('a link', () => {
  it('opens inside Feishu, its address percent-encoded and then encoded as a parameter', () => {
    // The example of Feishu's page on opening a web view.
    expect(appLink('https://open.feishu.cn?key1=value1&key2=中文#position2345')).toBe(
      'https://applink.feishu.cn/client/web_url/open?mode=sidebar-semi&url=https%3A%2F%2Fopen.feishu.cn%2F%3Fkey1%3Dvalue1%26key2%3D%25E4%25B8%25AD%25E6%2596%2587%23position2345',
    );
  });

  it('in markdown ends where its address ends', () => {
    expect(link('看[板]', 'https://bi.example/a(b)*c')).toBe(
      '[看&#91;板&#93;](https://applink.feishu.cn/client/web_url/open?mode=sidebar-semi&url=https%3A%2F%2Fbi.example%2Fa%28b%29%2Ac)',
    );
  });

  it('that is an AppLink already stays as it is', () => {
    const url = 'https://applink.feishu.cn/client/chat/open?openChatId=oc_1';
    expect(appLink(url)).toBe(url);
  });
});
