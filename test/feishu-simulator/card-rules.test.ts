import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appLink,
  callbackButton,
  chart,
  collapsible,
  figureGrid,
  card as ourCard,
  table,
} from '../../shared/feishu/cards.ts';
import { card, LEGAL, markdown, openId, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** `230099/200621`: the code and the card's own code within its text, or `0`. */
const verdict = async (content: unknown): Promise<string> => {
  const { code, msg } = await world.send('林知夏', content);
  await world.clock.advance(1000);
  return code === 0 ? '0' : `${code}/${/ErrCode: (\d+)/.exec(msg)?.[1] ?? ''}`;
};
const button = (more: object = {}): object => ({
  tag: 'button',
  text: { tag: 'plain_text', content: '提交' },
  behaviors: [{ type: 'callback', value: { do: 'x' } }],
  ...more,
});
const submit = (more: object = {}): object => button({ name: 'submit', form_action_type: 'submit', ...more });
const form = (...elements: object[]): object => ({ tag: 'form', name: 'form1', elements });
const tableOf = (rows: object[] = [{ sku: '香草' }]): object => ({
  tag: 'table',
  columns: [
    { name: 'sku', data_type: 'text' },
    { name: 'days', data_type: 'number' },
  ],
  rows,
});
const chartOf = (spec: object): object => ({ tag: 'chart', chart_spec: spec });
const bar = { type: 'bar', data: { values: [{ day: '1', value: 2 }] }, xField: 'day', yField: 'value' };
const columns = (...elements: object[]): object => ({
  tag: 'column_set',
  columns: [{ tag: 'column', elements }],
});

describe('a card that our own builders make', () => {
  it('is accepted', async () => {
    const own = ourCard({
      id: 'd0123456789abcdef012',
      summary: '昨日支付186.4万',
      header: { title: '晨报', colour: 'blue', tags: [{ text: '异常 3', colour: 'red' }] },
      elements: [
        ...figureGrid([{ label: '支付金额', value: '186.4万', notes: ['较昨日 ▲6.2%'] }]),
        chart({ type: 'bar', data: { values: [{ day: '22', fen: 1 }] }, xField: 'day', yField: 'fen' }),
        collapsible('渠道', [{ tag: 'markdown', content: `[明细](${appLink('https://zhida.example')})` }]),
        table([{ name: 'sku', display_name: '商品', data_type: 'text' }], [{ sku: '香草' }]),
        callbackButton({ text: '指派跟进', value: { do: 'assign' } }),
      ],
      footer: ['数据截至 11-23 06:10'],
    });
    expect(await verdict(own)).toBe('0');
  });
});

// open.feishu.cn/document/feishu-cards/card-json-v2-structure
describe('the structure of a card', () => {
  it('may be empty', async () => {
    expect(await verdict({})).toBe('0');
  });

  // …/feishu-cards/card-json-v2-breaking-changes-release-notes: 传入不支持的属性将报错
  it.each([
    ['at the root', { schema: '2.0', i18n_elements: {}, body: { elements: [] } }],
    ['in config', { ...card(), config: { wide_screen_mode: true } }],
    ['in a component', card({ ...markdown(), href: {} })],
    ['deep inside', card(columns({ tag: 'div', text: { tag: 'plain_text', content: 'x', bold: true } }))],
  ])('has no unknown property %s in 2.0', async (_where, content) => {
    expect(await verdict(content)).toBe('230099/200621');
  });

  it('may have unknown properties in 1.0, which ignores them', async () => {
    expect(await verdict({ elements: [], anything: 1 })).toBe('0');
  });

  // …/card-json-v2-structure: update_multi 暂时仅支持设为 true
  it('has update_multi true in 2.0', async () => {
    expect(await verdict({ ...card(), config: { update_multi: false } })).toBe('230099/300302');
  });

  it('has no component of 1.0 that was given up', async () => {
    expect(await verdict(card({ tag: 'note', elements: [] }))).toBe('230099/200861');
    expect(await verdict(card({ tag: 'action', actions: [] }))).toBe('230099/200861');
    expect(await verdict(card({ tag: 'video' }))).toBe('230099/200621');
  });

  // …/card-json-v2-structure: 一张卡片最多支持 200 个元素或组件
  it('has at most 200 elements and components, texts included', async () => {
    const rules = (count: number) => Array.from({ length: count }, () => ({ tag: 'hr' }));
    expect(await verdict(card(...rules(199)))).toBe('0');
    expect(await verdict(card(...rules(200)))).toBe('230099/11310');
  });

  it('links to url, or to all three devices', async () => {
    expect(await verdict({ ...card(), card_link: { pc_url: 'https://a.example' } })).toBe('230099/200621');
    expect(await verdict({ ...card(), card_link: { url: 'https://a.example' } })).toBe('0');
  });
});

// open.feishu.cn/document/feishu-cards/card-json-v2-structure: element_id
describe('an element_id', () => {
  it.each(['1st', 'with-dash', 'x'.repeat(21)])('is not %s', async (id) => {
    expect(await verdict(card(markdown('x', id)))).toBe('230099/200621');
  });

  it('is unique in the card, columns included', async () => {
    const set = {
      tag: 'column_set',
      element_id: 'a',
      columns: [{ tag: 'column', element_id: 'b', elements: [] }],
    };
    expect(await verdict(card(set, markdown('x', 'c')))).toBe('0');
    expect(await verdict(card(set, markdown('x', 'b')))).toBe('230099/300301');
  });
});

// open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/*
describe('containers', () => {
  it('hold tables and forms at the root only', async () => {
    expect(await verdict(card(columns(tableOf())))).toBe('230099/200621');
    const panel = { tag: 'collapsible_panel', header: {}, elements: [form(submit())] };
    expect(await verdict(card(panel))).toBe('230099/200621');
    expect(await verdict(card(tableOf(), form(submit())))).toBe('0');
  });

  it('nest at most five deep', async () => {
    const nested = (depth: number): object => (depth === 0 ? markdown() : columns(nested(depth - 1)));
    expect(await verdict(card(nested(5)))).toBe('0');
    expect(await verdict(card(nested(6)))).toBe('230099/200621');
  });

  it('keep columns in a column_set and nothing else', async () => {
    expect(await verdict(card({ tag: 'column', elements: [] }))).toBe('230099/200621');
    expect(await verdict(card({ tag: 'column_set', columns: [markdown()] }))).toBe('230099/200621');
  });
});

// open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/form-container
describe('a form', () => {
  const input = (name?: string): object => ({ tag: 'input', ...(name === undefined ? {} : { name }) });

  it('has a submit button', async () => {
    expect(await verdict(card(form(input('reason'))))).toBe('230099/200621');
    expect(await verdict(card(form(input('reason'), columns(submit()))))).toBe('0');
  });

  it('has a name for each interactive component', async () => {
    expect(await verdict(card(form(input(), submit())))).toBe('230099/200530');
  });

  it('has names that are unique in the card', async () => {
    expect(await verdict(card(form(input('a'), input('a'), submit())))).toBe('230099/200621');
  });

  it('holds no chart', async () => {
    expect(await verdict(card(form(chartOf(bar), submit())))).toBe('230099/200621');
  });

  it('is the only place for multi selects', async () => {
    const select = { tag: 'multi_select_static', name: 'team', options: [] };
    expect(await verdict(card(select))).toBe('230099/200621');
    expect(await verdict(card(form(select, submit())))).toBe('0');
  });
});

// open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/*
describe('interactive components', () => {
  it('have at most 100 characters on a button', async () => {
    const text = (length: number) => button({ text: { tag: 'plain_text', content: '字'.repeat(length) } });
    expect(await verdict(card(text(100)))).toBe('0');
    expect(await verdict(card(text(101)))).toBe('230099/200621');
  });

  it('have no two options with one value', async () => {
    const option = { text: { tag: 'plain_text', content: '仓库' }, value: 'warehouse' };
    expect(await verdict(card({ tag: 'select_static', options: [option, option] }))).toBe('230099/200621');
  });

  it('take 1 to 1000 characters in an input', async () => {
    expect(await verdict(card({ tag: 'input', max_length: 1001 }))).toBe('230099/200621');
  });
});

// open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/*
describe('content components', () => {
  it('are at most five tables, or fewer by switch', async () => {
    const tables = (count: number) => card(...Array.from({ length: count }, () => tableOf()));
    expect(await verdict(tables(5))).toBe('0');
    expect(await verdict(tables(6))).toBe('230099/11310');
    world.feishu.tenant.setSwitches({ tablesPerCard: 3 });
    expect(await verdict(tables(4))).toBe('230099/11310');
  });

  it('are at most five charts', async () => {
    const charts = (count: number) => card(...Array.from({ length: count }, () => chartOf(bar)));
    expect(await verdict(charts(5))).toBe('0');
    expect(await verdict(charts(6))).toBe('230099/11310');
  });

  it('name only declared columns in table rows, with cells of the column type', async () => {
    expect(await verdict(card(tableOf([{ sku: '香草', price: 1 }])))).toBe('230099/200915');
    expect(await verdict(card(tableOf([{ sku: '香草', days: '三天' }])))).toBe('230099/200914');
  });

  it('draw charts whose spec VChart accepts', async () => {
    expect(await verdict(card(chartOf({ ...bar, axes: null })))).toBe('230099/200550');
    expect(await verdict(card(chartOf({ ...bar, type: 'sankey' })))).toBe('230099/200550');
    expect(await verdict(card(chartOf({ type: 'pie' })))).toBe('230099/200550');
  });

  it('hold at most four tables in one markdown', async () => {
    const tables = (count: number) => markdown('| a | b |\n| --- | :-: |\n| 1 | 2 |\n\n'.repeat(count));
    expect(await verdict(card(tables(4)))).toBe('0');
    expect(await verdict(card(tables(5)))).toBe('230099/11310');
  });

  it('show only pictures that were uploaded', async () => {
    const picture = { tag: 'img', img_key: 'img_v3_unknown', alt: { tag: 'plain_text', content: '' } };
    expect(await verdict(card(picture))).toBe('230099/200570');
    expect(await verdict(card(markdown('![x](img_v3_unknown)')))).toBe('230099/200570');
  });

  // …/im-v1/message/create, 100290; …/content-components/user-list: drop_invalid_user_id
  it('name only people that the app knows, unless a list drops the others', async () => {
    const list = (id: string, drop = false) => ({
      tag: 'person_list',
      persons: [{ id }],
      drop_invalid_user_id: drop,
    });
    const foreign = openId(world, '林知夏', LEGAL);
    expect(await verdict(card(list(openId(world, '林知夏'))))).toBe('0');
    expect(await verdict(card(list(foreign)))).toBe('230099/100290');
    expect(await verdict(card(list(foreign, true)))).toBe('0');
    expect(await verdict(card(markdown(`<at id=${foreign}></at>`)))).toBe('230099/100290');
  });
});
