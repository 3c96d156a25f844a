import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openIdOf } from '../../simulator/feishu/directory.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { APP_ID, type Bot, startBot } from './bot.ts';
import { launchBrowser } from './browser.ts';
import { cardWith } from './cards.ts';

const ME = '林知夏';
const plain = (content: string): object => ({ tag: 'plain_text', content });
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

describe('talking in the web client', () => {
  let bot: Bot;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const web = await webClient();
    [bot, browser] = await Promise.all([startBot(web, () => ({})), launchBrowser()]);
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await bot.close();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  });
  afterEach(() => page.close());

  const openChat = async (name = '直达'): Promise<void> => {
    await page.goto(`${bot.feishu.url}/?person=${bot.unionIdOf(ME)}`);
    await page.locator('.chat-entry', { hasText: name }).first().click();
    await page.locator('.messages').waitFor();
  };
  const last = () => page.locator('.message').last();
  const pushed = (type: string) => bot.pushed.filter((push) => push.type === type).at(-1)?.event;

  it('answers a card by text, and shows what was answered', async () => {
    const { messageId } = await bot.send(ME, cardWith({ tag: 'markdown', content: '漏发' }));
    await openChat();
    await last().hover();
    await last().getByRole('button', { name: '回复 直达' }).click();
    await page.getByText('回复 直达', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: '输入消息' }).fill('外箱完好');
    await page.keyboard.press('Enter');
    await page.locator('.is-mine .quote').getByText('回复 直达：测试卡片').waitFor();
    await expect
      .poll(() => pushed('im.message.receive_v1'))
      .toMatchObject({
        message: { parent_id: messageId, root_id: messageId, content: '{"text":"外箱完好"}' },
      });
    await page.locator('.reply-bar').waitFor({ state: 'hidden' });
  });

  it('sends a picture, also as an answer', async () => {
    const { messageId } = await bot.send(ME, cardWith({ tag: 'markdown', content: '漏发' }));
    await openChat();
    await last().hover();
    await last().getByRole('button', { name: '回复 直达' }).click();
    await page.getByLabel('选择图片').setInputFiles({ name: 'box.png', mimeType: 'image/png', buffer: PNG });
    await page.locator('.is-mine .photo').waitFor();
    await expect
      .poll(() => pushed('im.message.receive_v1'))
      .toMatchObject({
        message: { message_type: 'image', parent_id: messageId },
      });
  });

  it('gives up an answer', async () => {
    await bot.send(ME, cardWith({ tag: 'markdown', content: '漏发' }));
    await openChat();
    await last().hover();
    await last().getByRole('button', { name: '回复 直达' }).click();
    await page.getByRole('button', { name: '取消回复' }).click();
    await page.locator('.reply-bar').waitFor({ state: 'hidden' });
  });

  it('shows what is pinned above the messages of a group', async () => {
    const { tenant } = bot.feishu;
    const group = tenant.chats
      .all()
      .find(({ kind, members }) => kind === 'group' && members.has(bot.unionIdOf(ME)));
    if (!group) throw new Error('nobody is in a group');
    const message = tenant.chats.add({
      chatId: group.id,
      sender: { kind: 'app', appId: APP_ID },
      createdAt: Date.now(),
      msgType: 'text',
      content: '{"text":"售后看板"}',
    });
    const operator = message.sender;
    group.pins.set(message.id, { messageId: message.id, operator, createdAt: Date.now() });
    await openChat(group.name);
    await page.locator('.pin').getByText('售后看板').waitFor();
  });

  describe('with a card', () => {
    it('offers the people of a picker and sends the open_id of the app', async () => {
      const person = { tag: 'select_person', name: 'to', placeholder: plain('转派给') };
      await bot.send(
        ME,
        cardWith({ ...person, behaviors: [{ type: 'callback', value: { do: 'transfer' } }] }),
      );
      await openChat();
      await last().getByRole('combobox', { name: '转派给' }).selectOption({ label: '周以安' });
      await expect
        .poll(() => pushed('card.action.trigger'))
        .toMatchObject({
          action: {
            tag: 'select_person',
            option: openIdOf(APP_ID, bot.unionIdOf('周以安')),
            value: { do: 'transfer' },
          },
        });
    });

    it('offers only the people that the card names', async () => {
      const options = [ME, '周以安'].map((name) => ({ value: openIdOf(APP_ID, bot.unionIdOf(name)) }));
      await bot.send(ME, cardWith({ tag: 'select_person', placeholder: plain('转派给'), options }));
      await openChat();
      const picker = last().getByRole('combobox', { name: '转派给' });
      expect(await picker.locator('option').allTextContents()).toEqual(['转派给', ME, '周以安']);
    });

    it('asks before an entry of the overflow menu, then sends the entry with the value of the menu', async () => {
      const options = ['请产品协助', '升级'].map((text) => ({ text: plain(text), value: text }));
      const confirm = { title: plain('升级处理？'), text: plain('将通知客诉主管') };
      const behaviors = [{ type: 'callback', value: { ticket: 'T-1' } }];
      await bot.send(ME, cardWith({ tag: 'overflow', options, confirm, behaviors }));
      await openChat();
      await last().getByRole('button', { name: '更多操作' }).click();
      await last().getByRole('menuitem', { name: '升级' }).click();
      await page.getByText('将通知客诉主管').waitFor();
      await page.getByRole('button', { name: '确认', exact: true }).click();
      await expect
        .poll(() => pushed('card.action.trigger'))
        .toMatchObject({
          action: { tag: 'overflow', option: '升级', value: { ticket: 'T-1' } },
        });
    });

    // open.feishu.cn/document/feishu-cards/card-callback-communication: "2024-04-01 +0800".
    it('sends a whole form: selects, several lines, a number as text, a date with its zone', async () => {
      const input = (name: string, label: string, more = {}) => ({
        tag: 'input',
        name,
        placeholder: plain(label),
        ...more,
      });
      const options = ['补发', '退款'].map((text) => ({ text: plain(text), value: text }));
      const form = {
        tag: 'form',
        name: 'resolve',
        elements: [
          { tag: 'select_static', name: 'how', required: true, placeholder: plain('处理方式'), options },
          input('amount', '金额'),
          input('note', '备注', { input_type: 'multiline_text', rows: 3 }),
          { tag: 'date_picker', name: 'on', placeholder: plain('日期') },
          {
            tag: 'button',
            name: 'submit',
            text: plain('提交'),
            form_action_type: 'submit',
            behaviors: [{ type: 'callback', value: { do: 'resolve' } }],
          },
        ],
      };
      await bot.send(ME, cardWith(form));
      await openChat();
      await last().getByRole('combobox', { name: '处理方式' }).selectOption('补发');
      await last().getByRole('textbox', { name: '金额' }).fill('39.9');
      await last().getByRole('textbox', { name: '备注' }).fill('少两袋\n明天补发');
      await last().getByLabel('日期').fill('2026-11-30');
      await last().getByRole('button', { name: '提交' }).click();
      await expect
        .poll(() => pushed('card.action.trigger'))
        .toMatchObject({
          action: {
            name: 'submit',
            value: { do: 'resolve' },
            form_value: { how: '补发', amount: '39.9', note: '少两袋\n明天补发', on: '2026-11-30 +0800' },
          },
        });
    });
  });
});
