import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openIdOf } from '../../simulator/feishu/directory.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { APP_ID, type Bot, startBot } from './bot.ts';
import { launchBrowser } from './browser.ts';
import { callbackButton, cardWith, formElement, morningCard } from './cards.ts';
import {
  chineseFont,
  colouredPixels,
  isHacked,
  namelessControls,
  paleText,
  scrollMessages,
  widerThanScreen,
} from './probes.ts';

const PHONE = { width: 375, height: 812 };
const ME = '林知夏';

describe('the web client', () => {
  let bot: Bot;
  let browser: Browser;
  let page: Page;
  let answer: object = {};
  const problems: string[] = [];

  beforeAll(async () => {
    const web = await webClient();
    [bot, browser] = await Promise.all([startBot(web, () => answer), launchBrowser()]);
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await bot.close();
  });
  beforeEach(async () => {
    answer = {};
    problems.length = 0;
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  const login = async (name: string): Promise<void> => {
    await page.goto(`${bot.feishu.url}/?person=${bot.unionIdOf(name)}`);
    await page.getByRole('heading', { name: '消息' }).waitFor();
  };
  const chatEntry = () => page.locator('.chat-entry', { hasText: '直达' });
  const openChat = async (name: string): Promise<void> => {
    await login(name);
    await chatEntry().click();
    await page.locator('.messages').waitFor();
  };
  const lastMessage = () => page.locator('.message').last();
  const pushesOf = (type: string) => bot.pushed.filter((push) => push.type === type);
  describe('with a 晨报', () => {
    it('shows the summary of the card and what is unread in the chat list, and reading it is pushed', async () => {
      const card = morningCard();
      await bot.send('周以安', card);
      await login('周以安');
      expect(await chatEntry().locator('.chat-preview').textContent()).toBe(card.config.summary.content);
      expect(await chatEntry().locator('.badge').textContent()).toBe('1');
      expect(pushesOf('im.message.message_read_v1')).toEqual([]);

      await chatEntry().click();
      await chatEntry().locator('.badge').waitFor({ state: 'detached' });
      await lastMessage().getByText('已读').waitFor();
      await expect.poll(() => pushesOf('im.message.message_read_v1')).toHaveLength(1);
    });

    it('arrives while the list is open', async () => {
      await login('高远');
      expect(await page.locator('.chat-entry .badge').count()).toBe(0);
      await bot.send('高远', morningCard());
      await chatEntry().locator('.badge').waitFor();
    });

    it('draws the chart of its chart_spec', async () => {
      await bot.send('石敬川', morningCard());
      await openChat('石敬川');
      await page.locator('.chart').scrollIntoViewIfNeeded();
      await page.locator('.chart[data-drawn]').waitFor();
      await expect.poll(() => colouredPixels(page)).toBeGreaterThan(2000);
      expect(await page.locator('.chart').getAttribute('aria-label')).toContain('支付金额');
    });

    it('fits a phone: nothing is wider than 375 px, the chart keeps its 2:1', async () => {
      await page.setViewportSize(PHONE);
      await bot.send('蒲海棠', morningCard());
      await page.goto(bot.feishu.url);
      await page.locator('.person').first().waitFor();
      expect(await widerThanScreen(page)).toEqual([]);
      await login('蒲海棠');
      expect(await widerThanScreen(page)).toEqual([]);
      await chatEntry().click();
      await page.locator('.chart').scrollIntoViewIfNeeded();
      await page.locator('.chart[data-drawn]').waitFor();
      expect(await widerThanScreen(page)).toEqual([]);
      const box = await page.locator('.chart').boundingBox();
      expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(2, 1);
      await page.getByRole('button', { name: '返回会话列表' }).click();
      for (const view of ['工作台', '模拟器']) {
        await page.locator('.rail').getByRole('button', { name: view }).click();
        expect(await widerThanScreen(page)).toEqual([]);
      }
    });

    it('is written in the Chinese font that is served with it', async () => {
      await bot.send('梁佩珊', morningCard());
      await openChat('梁佩珊');
      await page.locator('.card').waitFor();
      const font = await chineseFont(page);
      expect(font.covers).toBe(true);
      expect(font.loaded).toBeGreaterThan(3);
    });

    it('is readable: every control has a name, every text a contrast of 4.5:1', async () => {
      await bot.send('沈南乔', morningCard());
      await page.goto(bot.feishu.url);
      await page.locator('.person').first().waitFor();
      expect(await paleText(page)).toEqual([]);
      await openChat('沈南乔');
      await page.locator('.card').waitFor();
      expect(await namelessControls(page)).toEqual([]);
      expect(await paleText(page)).toEqual([]);
      await page.getByRole('button', { name: '模拟器' }).click();
      await page.getByText('im.message.message_read_v1').first().waitFor();
      expect(await paleText(page)).toEqual([]);
    });
  });

  describe('with a card that changes', () => {
    it('shows the new card in place of the old one', async () => {
      const { messageId } = await bot.send(ME, cardWith({ tag: 'markdown', content: '处理中' }));
      await openChat(ME);
      await lastMessage().getByText('处理中').waitFor();
      const count = await page.locator('.message').count();
      await bot.updateCard(messageId, cardWith({ tag: 'markdown', content: '已解决' }));
      await lastMessage().getByText('已解决').waitFor();
      expect(await page.getByText('处理中').count()).toBe(0);
      expect(await page.locator('.message').count()).toBe(count);
      await lastMessage().getByText('已更新 1 次').waitFor();
    });

    it('keeps an open panel open while other messages arrive', async () => {
      const panel = {
        tag: 'collapsible_panel',
        expanded: false,
        header: { title: { tag: 'plain_text', content: '渠道与单品' } },
        elements: [{ tag: 'markdown', content: '天猫 88.2万' }],
      };
      await bot.send(ME, cardWith(panel));
      await openChat(ME);
      await lastMessage().getByText('渠道与单品').click();
      await page.getByText('天猫 88.2万').waitFor();
      await bot.sendText(ME, '又来一条');
      await page.getByText('又来一条').last().waitFor();
      expect(await page.getByText('天猫 88.2万').isVisible()).toBe(true);
    });

    it('leaves a line where a message was recalled', async () => {
      const { messageId } = await bot.send(ME, cardWith({ tag: 'markdown', content: '发错了的卡片' }));
      await openChat(ME);
      await page.getByText('发错了的卡片').waitFor();
      const token = await bot.feishu.fetch(
        new Request(`${bot.feishu.url}/open-apis/auth/v3/tenant_access_token/internal`, {
          method: 'POST',
          body: JSON.stringify({ app_id: APP_ID, app_secret: 'dev-secret-zhida' }),
        }),
      );
      const { tenant_access_token: bearer } = (await token.json()) as { tenant_access_token: string };
      await bot.feishu.fetch(
        new Request(`${bot.feishu.url}/open-apis/im/v1/messages/${messageId}`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${bearer}` },
        }),
      );
      await page.getByText('直达 撤回了一条消息').waitFor();
      expect(await page.getByText('发错了的卡片').count()).toBe(0);
    });
  });

  describe('with a card that is clicked', () => {
    it('posts the value of a callback button and shows the toast of the answer', async () => {
      answer = { toast: { type: 'success', content: '已标记解决，等待平台完结' } };
      const { messageId } = await bot.send(
        ME,
        cardWith(callbackButton('标记已解决', { do: 'resolve', ticket: 'T-1' })),
      );
      await openChat(ME);
      await page.getByRole('button', { name: '标记已解决' }).click();
      await page.getByRole('status').getByText('已标记解决，等待平台完结').waitFor();
      expect(pushesOf('card.action.trigger').at(-1)?.event).toMatchObject({
        action: { tag: 'button', value: { do: 'resolve', ticket: 'T-1' } },
        context: { open_message_id: messageId },
      });
    });

    it('asks first when the button has a confirmation, and does nothing when it is declined', async () => {
      const confirm = {
        title: { tag: 'plain_text', content: '确认已读？' },
        text: { tag: 'plain_text', content: '确认后将记录时间与版本' },
      };
      await bot.send(ME, cardWith(callbackButton('我已阅读并知悉', { do: 'confirm' }, { confirm })));
      await openChat(ME);
      const before = pushesOf('card.action.trigger').length;
      await page.getByRole('button', { name: '我已阅读并知悉' }).click();
      await page.getByText('确认后将记录时间与版本').waitFor();
      await page.getByRole('button', { name: '取消' }).click();
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(pushesOf('card.action.trigger')).toHaveLength(before);
      await page.getByRole('button', { name: '我已阅读并知悉' }).click();
      await page.getByRole('button', { name: '确认', exact: true }).click();
      await expect.poll(() => pushesOf('card.action.trigger').length).toBe(before + 1);
    });

    it('sends a form only when what is required is filled in', async () => {
      answer = { toast: { type: 'success', content: '已提交' } };
      await bot.send(ME, cardWith(formElement()));
      await openChat(ME);
      const before = pushesOf('card.action.trigger').length;
      await page.getByRole('button', { name: '提交' }).click();
      await page.getByText('请填写必填项').waitFor();
      expect(pushesOf('card.action.trigger')).toHaveLength(before);
      await page.getByRole('combobox', { name: '原因' }).selectOption('漏发');
      await page.getByRole('textbox', { name: '备注' }).fill('少了一袋');
      await page.getByRole('button', { name: '提交' }).click();
      await page.getByText('已提交').waitFor();
      expect(pushesOf('card.action.trigger').at(-1)?.event).toMatchObject({
        action: { name: 'submit', form_value: { reason: '漏发', note: '少了一袋' } },
      });
    });

    it('opens an AppLink inside the client', async () => {
      const target = `${bot.feishu.url}/assets/icon.svg`;
      const url = `https://applink.feishu.cn/client/web_url/open?mode=window&url=${encodeURIComponent(target)}`;
      await bot.send(ME, cardWith({ tag: 'markdown', content: `[查看明细](${url})` }));
      await openChat(ME);
      await page.getByRole('link', { name: '查看明细' }).click();
      await expect.poll(() => page.locator('.web-frame iframe').getAttribute('src')).toBe(target);
      await page.keyboard.press('Escape');
      await page.locator('.web-frame').waitFor({ state: 'detached' });
    });
  });

  it('never turns text into markup, wherever it came from', async () => {
    const attack = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
    const script = '[点我](javascript:window.hacked=1)';
    await bot.send(
      '许念',
      cardWith(
        { tag: 'markdown', content: `${attack} ${script}` },
        { tag: 'div', text: { tag: 'plain_text', content: attack } },
      ),
    );
    await bot.sendText('许念', attack);
    await openChat('许念');
    await page.getByRole('textbox', { name: '输入消息' }).fill(attack);
    await page.keyboard.press('Enter');
    await page.locator('.is-mine').getByText('onerror').waitFor();
    expect(await page.locator('.messages img, .messages script, .messages a').count()).toBe(0);
    expect(await isHacked(page)).toBe(false);
  });

  it('says that a component is unknown to this version', async () => {
    await bot.send(ME, cardWith({ tag: 'audio', file_key: 'file_v3_1' }));
    await openChat(ME);
    await lastMessage().getByText('请升级客户端').waitFor();
  });

  it('shows the names behind the ids of a mention, and links in plain text', async () => {
    const person = bot.unionIdOf('崔雅宁');
    await bot.send(
      '崔雅宁',
      cardWith({ tag: 'markdown', content: `处理人 <at id=${openIdOf(APP_ID, person)}></at>` }),
    );
    await bot.sendText('崔雅宁', '口径见 https://example.com/a?x=1&y=2_3 ，谢谢');
    await openChat('崔雅宁');
    await page.getByText('@崔雅宁').waitFor();
    expect(await page.locator('.bubble a').getAttribute('href')).toBe('https://example.com/a?x=1&y=2_3');
  });

  it('stays where one reads when something new arrives, and says so', async () => {
    await bot.send('戴明薇', morningCard());
    await openChat('戴明薇');
    await page.locator('.chart[data-drawn]').waitFor();
    await scrollMessages(page, 'top');
    await bot.sendText('戴明薇', '刚到的消息');
    await page.getByRole('button', { name: '有新消息' }).click();
    await page.getByText('刚到的消息').last().waitFor();
    await page.getByRole('button', { name: '有新消息' }).waitFor({ state: 'hidden' });
  });

  it('tells the bot what is said and which menu entry is pressed', async () => {
    await openChat(ME);
    const box = page.getByRole('textbox', { name: '输入消息' });
    await box.fill('/为');
    await page.getByRole('listbox', { name: '快捷指令' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.is-mine').getByText('为什么没收到').waitFor();
    await page.getByRole('button', { name: '今日' }).click();
    await expect
      .poll(() => pushesOf('application.bot.menu_v6').at(-1)?.event)
      .toMatchObject({ event_key: 'today' });
    const received = pushesOf('im.message.receive_v1').at(-1)?.event;
    expect(received).toMatchObject({ message: { content: JSON.stringify({ text: '为什么没收到' }) } });
  });

  it('finds a person by title with the keyboard alone', async () => {
    await page.goto(bot.feishu.url);
    await page.getByRole('searchbox').fill('财务负责人');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '切换身份，当前是钱正清' }).waitFor();
    expect(page.url()).toContain(bot.unionIdOf('钱正清'));
  });

  it('opens a chat by its address', async () => {
    const { chatId } = await bot.sendText('秦越', '地址直达');
    await page.goto(`${bot.feishu.url}/?person=${bot.unionIdOf('秦越')}&chat=${chatId}`);
    await page.locator('.messages').getByText('地址直达').waitFor();
  });

  it('changes a switch of the simulator', async () => {
    await login(ME);
    await page.getByRole('button', { name: '模拟器' }).click();
    await page.getByRole('tab', { name: '开关' }).click();
    await page.getByRole('combobox', { name: '限流窗口' }).selectOption('固定窗口');
    await expect.poll(() => bot.feishu.tenant.switches().rateWindow).toBe('fixed');
    bot.feishu.tenant.setSwitches({ rateWindow: 'sliding' });
    await page.getByRole('tab', { name: '接口调用' }).click();
    await page.getByText('POST /im/v1/messages').first().waitFor();
  });
});
