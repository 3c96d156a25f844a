import { describe, expect, it } from 'vitest';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { formFields } from '../../shared/broadcasts/form-card.ts';
import { conversation, must, ZHIDA } from './conversation-world.ts';

const w = conversation();
const editor = '裴律安';
const approver = '闻人杰';
const reader = '崔雅宁';
const day = 24 * 3_600_000;

const newest = async (account = 'legal') => must((await w.posts().listOfAccount(account))[0], 'post');
const hand = { [formFields.scope]: 'departments', [formFields.departments]: ['人力资源', '法务'] };

const drafted = async (title: string) => {
  const doc = w.write(editor, title);
  await w.say(editor, w.link(doc));
  return { doc, post: await newest(), form: w.cardOf(editor, '草稿') };
};
/** 11-23 has begun; the deadline is a day later. */
const deadline = (): string => {
  const at = new Date(Date.now() + day + 8 * 3_600_000).toISOString();
  return `${at.slice(0, 10)} ${at.slice(11, 16)} +0800`;
};

describe('an editor with a document', () => {
  it('gets a form, previews, submits; an approver agrees; readers get the post and confirm', async () => {
    const doc = w.write(editor, '广告法新规：功效宣称的5条红线');
    await w.say(editor, `请发这篇 ${w.link(doc)} 谢谢`);
    const form = w.cardOf(editor, '草稿');
    expect(form.card.header.title.content).toMatch(/^薄荷法讯 第 \d+ 期 · 草稿$/u);
    expect(form.text).toContain('广告法新规');
    expect((await newest()).state).toBe('draft');

    const filled = { ...hand, [formFields.mustConfirm]: 'yes', [formFields.deadline]: deadline() };
    const seen = await w.click(editor, form, { act: 'previewPost', form: filled });
    expect(seen.toast).toEqual({ type: 'success', content: '已保存，预览已发给你' });
    expect(seen.cardUpdated).toBe(true);
    await w.settle();
    expect(w.cardsOf(editor).at(-1)?.text).toContain('预览：只有你能看到');
    const kept = w.cardOf(editor, '草稿');
    expect(kept.id).toBe(form.id);
    expect(kept.text).toContain('"selected_values":["人力资源","法务"]');

    const handedIn = await w.click(editor, kept, { act: 'submitPost' });
    expect(handedIn.toast?.content).toBe('已提交审批');
    expect(w.cardOf(editor, '待审批').text).toContain('已提交审批 · 裴律安');
    await w.settle();
    const asked = w.cardOf(approver, '待审批');
    expect(asked.text).toContain('人力资源');
    const agreed = await w.click(approver, asked, { act: 'approveNow' });
    expect(agreed.toast?.content).toBe('已同意，马上开始发送');
    expect(w.cardOf(approver, '已同意').text).toContain('✔ 闻人杰');
    await w.settle();
    await w.minute();
    await w.minute();
    const post = await newest();
    expect(['sending', 'open']).toContain(post.state);

    const mine = w.cardOf(reader, '薄荷法讯');
    expect(mine.text).toContain('我已阅读并知悉');
    const confirmed = await w.click(reader, mine, { act: 'confirmPost' });
    expect(confirmed).toMatchObject({
      ok: true,
      cardUpdated: true,
      toast: { content: '已确认，已记录时间与版本 v1' },
    });
    const own = { subject: personalSubject(post), recipient: w.person(reader).unionId };
    expect(await w.out().deliveries.find(own)).toMatchObject({
      state: 'confirmed',
      confirmed: { version: 1, via: 'card' },
    });
    expect(w.cardOf(reader, '薄荷法讯').text).toContain('✔ 已确认');
  });

  it('is asked nothing twice: a repeated event makes no second draft', async () => {
    const { post } = await drafted('盘点期间领料规定');
    const [receipt] = (await w.rows('inbox'))
      .filter(({ eventType }) => eventType === 'im.message.receive_v1')
      .slice(-1);
    expect(receipt).toBeDefined();
    const before = (await w.posts().listOfAccount('legal')).length;
    await w.repeatMessages();
    expect((await w.posts().listOfAccount('legal')).length).toBe(before);
    expect((await newest()).broadcast).toBe(post.broadcast);
  });

  it('who sends the same document again has it read again, and is told', async () => {
    const { doc, post } = await drafted('差旅标准（草案）');
    await w.say(editor, w.link(doc));
    expect((await newest()).broadcast).toBe(post.broadcast);
    expect(w.cardsOf(editor).at(-1)?.text).toContain('正在重新读取文章');
    const form = w.cardOf(editor, '草稿');
    await w.click(editor, form, { act: 'submitPost' });
    await w.settle();
    await w.say(editor, w.link(doc));
    expect(w.cardsOf(editor).at(-1)?.text).toContain('待审批');
    expect((await newest()).broadcast).toBe(post.broadcast);
  });

  it('who sends a renamed document again sees its new title and summary everywhere', async () => {
    const { doc } = await drafted('出差标准 2025');
    await w.click(editor, w.cardOf(editor, '草稿'), { act: 'previewPost' });
    w.rewrite(doc, '出差标准 2026', '高铁二等座全额报销。');
    await w.say(editor, w.link(doc));
    expect(await newest()).toMatchObject({ title: '出差标准 2026' });
    // The click a moment ago keeps the refresh of its card waiting.
    w.later(7_000);
    await w.minute();
    const { text } = w.cardOf(editor, '草稿');
    expect(text).toContain('高铁二等座全额报销');
    expect(text).not.toContain('出差标准 2025');
    expect(text).not.toContain('12 月 1 日起');
  });

  it('keeps the summary that they wrote when the document is read again', async () => {
    const { doc } = await drafted('加班餐补');
    const form = { [formFields.summary]: '餐补改为每月发放' };
    await w.click(editor, w.cardOf(editor, '草稿'), { act: 'previewPost', form });
    w.rewrite(doc, '加班餐补（新）', '另一段。');
    await w.say(editor, w.link(doc));
    expect(await newest()).toMatchObject({ title: '加班餐补（新）', summary: '餐补改为每月发放' });
  });

  it('with an old form overwrites nothing that another editor has written since', async () => {
    const other = approver;
    const { doc, form } = await drafted('样品领用规定');
    await w.say(other, w.link(doc));
    const theirs = { [formFields.summary]: '样品领用须登记' };
    await w.click(other, w.cardOf(other, '草稿'), { act: 'previewPost', form: theirs });
    const before = await newest();
    for (const act of ['previewPost', 'submitPost', 'cancelPost']) {
      const late = await w.click(editor, form, { act, form: { [formFields.summary]: '旧的摘要' } });
      expect(late.toast).toEqual({
        type: 'warning',
        content: '闻人杰 已修改这份草稿，这次没有保存：请在更新后的表单里核对，再点一次',
      });
      expect(late.cardUpdated).toBe(true);
      expect(await newest()).toEqual(before);
    }
    const now = w.cardOf(editor, '草稿');
    expect(now.id).toBe(form.id);
    expect(now.text).toContain('样品领用须登记');
    expect((await w.click(editor, now, { act: 'submitPost' })).toast?.content).toBe('已提交审批');
    expect(await newest()).toMatchObject({ state: 'in_review', summary: '样品领用须登记' });
    const after = await w.click(other, w.cardOf(other, '草稿'), { act: 'submitPost' });
    expect(after.toast?.content).toContain('待审批，不能修改');
  });

  it('with their own form presses as often as they like, also before the new one has come', async () => {
    const { form } = await drafted('会议室使用');
    for (const summary of ['第一稿', '第二稿'])
      await w.click(editor, form, { act: 'previewPost', form: { [formFields.summary]: summary } });
    expect(await newest()).toMatchObject({ state: 'draft', summary: '第二稿' });
    expect((await w.click(editor, form, { act: 'submitPost' })).toast?.content).toBe('已提交审批');
  });

  it('with the form of before their document was read again is shown what was read', async () => {
    const { doc, form } = await drafted('访客登记');
    w.rewrite(doc, '访客登记（新）', '访客须预约。');
    await w.say(editor, w.link(doc));
    const late = await w.click(editor, form, { act: 'submitPost' });
    expect(late.toast?.content).toContain('文章已重新读取，这次没有保存');
    expect(w.cardOf(editor, '草稿').text).toContain('访客须预约');
    const { state, summary } = await newest();
    expect(state).toBe('draft');
    expect(summary).toContain('访客须预约');
  });

  it('may take it back, change it and cancel it', async () => {
    const { post } = await drafted('直播话术更新');
    await w.click(editor, w.cardOf(editor, '草稿'), { act: 'submitPost' });
    await w.settle();
    const back = await w.click(editor, w.cardOf(editor, '待审批'), { act: 'withdrawPost' });
    expect(back.toast?.content).toBe('已撤回，可以修改后重新提交');
    expect((await newest()).state).toBe('draft');
    const late = await w.click(approver, w.cardOf(approver, '待审批'), { act: 'approveNow' });
    expect(late.toast).toEqual({ type: 'warning', content: '编辑已撤回修改，无需处理' });
    await w.settle();
    const gone = await w.click(editor, w.cardOf(editor, '草稿'), { act: 'cancelPost' });
    expect(gone.toast?.content).toBe('已取消');
    expect((await w.posts().find(post.broadcast))?.state).toBe('cancelled');
    expect(w.cardOf(editor, '已取消').text).not.toContain('submitPost');
  });
});

describe('what an editor fills in', () => {
  it.each([
    [{ [formFields.summary]: '  ' }, '请填写摘要'],
    [{ [formFields.summary]: '字'.repeat(121) }, '摘要最多 120 字，现在 121 字'],
    [{ [formFields.concerns]: '字'.repeat(61) }, '「与你有关」最多 60 字，现在 61 字'],
    [{ [formFields.scope]: 'departments', [formFields.departments]: [] }, '按部门发送时，请至少选择一个部门'],
    [{ [formFields.deadline]: '2026-11-01 18:00 +0800' }, '截止时间已过，请改为将来的时间'],
    [{ [formFields.deadline]: '2026-02-30 18:00 +0800' }, '时间看不懂，请用日期选择器重新选择'],
    [{ [formFields.deadline]: 'tomorrow' }, '时间看不懂，请用日期选择器重新选择'],
    [{ [formFields.mustConfirm]: 'perhaps' }, '请选择是否需要确认'],
    [{ [formFields.mustConfirm]: ['yes'] }, '请选择是否需要确认'],
  ])('%j is refused in words, and nothing changes', async (wrong, words) => {
    await drafted(`退货流程 ${JSON.stringify(wrong).length} ${words}`);
    const before = await newest();
    const refused = await w.click(editor, w.cardOf(editor, '草稿'), { act: 'submitPost', form: wrong });
    expect(refused).toMatchObject({
      ok: true,
      cardUpdated: false,
      toast: { type: 'warning', content: words },
    });
    expect(await newest()).toEqual(before);
  });
});

describe('a document from somebody else', () => {
  it('is answered by who the editors are, and starts nothing', async () => {
    const before = await w.posts().listOfAccount('legal');
    const doc = w.write(reader, '我写的一篇');
    await w.say(reader, w.link(doc));
    const { text, card } = must(w.cardsOf(reader).at(-1), 'answer');
    expect(card.header.title.content).toBe('文章由编辑发起');
    expect(text).toContain('裴律安');
    expect(await w.posts().listOfAccount('legal')).toEqual(before);
  });

  it('a link that is no document is answered as before', async () => {
    await w.say(editor, 'https://example.com/docx/abc');
    expect(w.cardsOf(editor).at(-1)?.card.header.title.content).toBe('没听懂');
    await w.say(editor, '帮助');
    expect(w.cardsOf(editor).at(-1)?.card.header.title.content).toBe('直达 · 帮助');
  });

  it('goes to the account of the bot that was written to', async () => {
    const doc = w.write('崔雅宁', '考勤管理办法');
    await w.say('崔雅宁', w.link(doc), ZHIDA);
    expect((await newest('policies')).article).toMatchObject({ ref: { token: doc.token } });
    expect(w.cardOf('崔雅宁', '草稿', ZHIDA).card.header.title.content).toContain('制度与流程');
  });
});

describe('an approver', () => {
  const submitted = async (title: string) => {
    await drafted(title);
    await w.click(editor, w.cardOf(editor, '草稿'), { act: 'submitPost', form: hand });
    await w.settle();
    return w.cardOf(approver, '待审批');
  };

  it('who sends it back has to say why; the editor gets the form again with the reason', async () => {
    const asked = await submitted('夏季防暑规定');
    const silent = await w.click(approver, asked, { act: 'sendBackPost' });
    expect(silent.toast?.content).toContain('请写下退回的理由');
    const sent = await w.click(approver, asked, {
      act: 'sendBackPost',
      form: { approval_reason: '缺少依据' },
    });
    expect(sent.toast?.content).toBe('已退回，编辑会收到理由');
    expect(w.cardOf(approver, '已退回').text).toContain('已退回：缺少依据');
    await w.settle();
    w.later(7_000);
    await w.minute();
    expect(w.cardOf(editor, '草稿').text).toContain('退回：缺少依据');
  });

  it('schedules for a time to come', async () => {
    const asked = await submitted('年会通知');
    const none = await w.click(approver, asked, { act: 'approveSchedule' });
    expect(none.toast?.content).toContain('请先选择发送时间');
    const past = await w.click(approver, asked, {
      act: 'approveSchedule',
      form: { approval_at: '2026-11-01 09:00 +0800' },
    });
    expect(past.toast?.content).toBe('发送时间已过，请改为将来的时间');
    const agreed = await w.click(approver, asked, {
      act: 'approveSchedule',
      form: { approval_at: deadline() },
    });
    expect(agreed.toast?.content).toMatch(/^已同意，11-2\d \d\d:\d\d 发送$/u);
    expect(await newest()).toMatchObject({ state: 'scheduled', approved: { by: { name: approver } } });
  });

  it('never approves what they have written themselves', async () => {
    const doc = w.write(approver, '负责人自己的文章');
    await w.say(approver, w.link(doc));
    await w.click(approver, w.cardOf(approver, '草稿'), { act: 'submitPost', form: hand });
    await w.settle();
    const post = await newest();
    expect(post.state).toBe('draft');
    expect(w.cardsOf(approver).at(-1)?.text).toContain('没有可以审批的人');
  });
});

describe('lists', () => {
  it('我的文章 tells an editor where each post stands, and a reader that they are none', async () => {
    await w.say(editor, '我的文章');
    const list = must(w.cardsOf(editor).at(-1), 'list');
    expect(list.card.header.title.content).toBe('我的文章');
    expect(list.text).toMatch(/第 \d+ 期 · 已定时/u);
    await w.say('潘小雨', '订阅号');
    expect(w.cardsOf('潘小雨').at(-1)?.text).toContain('你还不是编辑或审批人');
  });

  it('待读 tells what waits, with links', async () => {
    const other = '常悦';
    await w.say(other, '待读');
    const list = must(w.cardsOf(other).at(-1), 'list');
    expect(list.card.header.title.content).toBe('待读 1 篇');
    expect(list.text).toContain('广告法新规');
    expect(list.text).toContain('需确认');
    expect(list.text).toContain('[去确认](');
    expect(decodeURIComponent(list.text)).toContain('/workbench/posts/legal-1');
    expect(list.text).not.toContain('原卡片');
  });

  it('who opens the article is recorded on their row, once, and nobody else', async () => {
    const post = must(
      (await w.posts().listOfAccount('legal')).find(({ title }) => title.startsWith('广告法')),
      'post',
    );
    const token = post.page?.docToken ?? '';
    await w.tellOpened('常悦', token);
    await w.tellOpened('潘小雨', token);
    await w.tellOpened('常悦', 'doxcnSomebodyElsesDocument0');
    const row = (called: string) =>
      w.out().deliveries.find({ subject: personalSubject(post), recipient: w.person(called).unionId });
    expect((await row('常悦'))?.openedAt).toBeDefined();
    expect(await row('潘小雨')).toBeUndefined();
  });
});
