import { describe, expect, it } from 'vitest';
import { personalSubject, reminderSubject } from '../../shared/broadcasts/broadcast.ts';
import { formFields } from '../../shared/broadcasts/form-card.ts';
import { conversation, must, ZHIDA } from './conversation-world.ts';

const w = conversation();
const editor = '崔雅宁';
const heads = ['戴明薇', '闻人杰'] as const;
const hand = { [formFields.scope]: 'departments', [formFields.departments]: ['人力资源'] };

const newest = async () => must((await w.posts().listOfAccount('policies'))[0], 'post');

const submitted = async (title: string) => {
  await w.say(editor, w.link(w.write(editor, title)), ZHIDA);
  await w.click(editor, w.cardOf(editor, '草稿', ZHIDA), { act: 'submitPost', form: hand });
  await w.settle();
  return newest();
};
/** A person gets only so many messages a day, and what is over reminds nobody. */
const nextDay = async (): Promise<void> => {
  for (const post of await w.posts().listOfAccount('policies'))
    if (post.state === 'open') await w.takeStep(post, [{ step: 'close' }], '戴明薇');
  await w.settle();
  w.later(24 * 3_600_000);
};
/** Sent to 人力资源, each of whom has the card. */
const sent = async (title: string) => {
  await nextDay();
  await submitted(title);
  await w.click('闻人杰', w.cardOf('闻人杰', '待审批', ZHIDA), { act: 'approveNow' });
  await w.settle();
  for (let minutes = 0; minutes < 4 && (await newest()).state !== 'open'; minutes += 1) await w.minute();
  const post = await newest();
  expect(post.state).toBe('open');
  return post;
};
type Post = Awaited<ReturnType<typeof sent>>;
const rowOf = (post: Post, called: string, subject = personalSubject(post)) =>
  w.out().deliveries.find({ subject, recipient: w.person(called).unionId });
const cardOf = (called: string, post: Post) => w.cardOf(called, `第 ${post.issue} 期`, ZHIDA);

describe('我已阅读并知悉', () => {
  it('is recorded once; the second click tells when', async () => {
    const post = await sent('考勤管理办法');
    const card = cardOf('常悦', post);
    const first = await w.click('常悦', card, { act: 'confirmPost' });
    expect(first).toMatchObject({ ok: true, cardUpdated: true, toast: { type: 'success' } });
    const before = await rowOf(post, '常悦');
    w.later(60_000);
    const second = await w.click('常悦', card, { act: 'confirmPost' });
    expect(second.toast?.content).toMatch(/^你已于 11-\d\d \d\d:\d\d 确认 v1$/u);
    expect((await rowOf(post, '常悦'))?.confirmed).toEqual(before?.confirmed);
    expect(before?.shown).toEqual(before?.wanted);
  });

  it('pressed on a screen that the first answer never reached sends what it should show once more', async () => {
    const post = await sent('差旅标准');
    const card = cardOf('常悦', post);
    await w.click('常悦', card, { act: 'confirmPost' });
    const before = await rowOf(post, '常悦');
    const value = { do: 'confirmPost', post: post.broadcast, subject: personalSubject(post), version: '1' };
    const again = await w.acts('常悦').click(card.id, { tag: 'button', value });
    expect(again.toast?.content).toMatch(/^你已于/u);
    w.later(7_000);
    await w.minute();
    const after = await rowOf(post, '常悦');
    expect(after).toMatchObject({ shown: before?.shown, attempt: (before?.attempt ?? 0) + 1 });
    expect(after).not.toHaveProperty('dueAt');
  });

  it('on a card that somebody forwarded counts for the clicker alone, and changes nobody’s card', async () => {
    const post = await sent('请假流程');
    const card = cardOf('常悦', post);
    const answer = await w.click('常悦', card, { act: 'confirmPost', as: '戴明薇' });
    expect(answer).toMatchObject({ ok: true, cardUpdated: false, toast: { type: 'success' } });
    expect((await rowOf(post, '戴明薇'))?.state).toBe('confirmed');
    expect((await rowOf(post, '常悦'))?.state).not.toBe('confirmed');
    expect(cardOf('常悦', post).text).toContain('confirmPost');
    // Their own copy, elsewhere, follows.
    await w.settle();
    expect(cardOf('戴明薇', post).text).toContain('✔ 已确认');
  });

  it('is for nobody who isn’t meant', async () => {
    const post = await sent('薪酬保密约定');
    const answer = await w.click('常悦', cardOf('常悦', post), { act: 'confirmPost', as: '潘小雨' });
    expect(answer.toast).toEqual({ type: 'info', content: '你不在本文范围内，无需确认' });
    expect(await rowOf(post, '潘小雨')).toBeUndefined();
    expect((await rowOf(post, '常悦'))?.state).not.toBe('confirmed');
  });

  it('believes no person, version or post that a click claims', async () => {
    const post = await sent('入职材料');
    const { id } = cardOf('常悦', post);
    const press = (value: object, called = '常悦') => w.press(called, id, { do: 'confirmPost', ...value });
    const own = { post: post.broadcast, subject: personalSubject(post), version: '1' };
    const forged = { ...own, person: w.person('常悦').unionId, union_id: w.person('常悦').unionId };
    await press(forged, '戴明薇');
    expect((await rowOf(post, '常悦'))?.state).not.toBe('confirmed');
    expect((await press({ ...own, version: '2' })).toast?.content).toContain('请看新的卡片后再确认');
    expect((await press({ ...own, version: undefined })).toast?.content).toContain('请看新的卡片后再确认');
    expect((await press({ ...own, post: 'policies-999' })).toast?.content).toBe('找不到这期内容');
    expect((await press({ ...own, post: '' })).toast?.content).toContain('无法识别这个操作');
    expect((await rowOf(post, '常悦'))?.state).not.toBe('confirmed');
  });

  it('changes the reminder as well, whichever of both was clicked', async () => {
    const post = await sent('加班申请');
    await w.takeStep(post, [{ step: 'remind' }], '戴明薇');
    await w.settle();
    await w.minute();
    const reminder = w.cardOf('常悦', '还差 1 步', ZHIDA);
    expect(reminder.text).toContain('加班申请');
    const answer = await w.click('常悦', reminder, { act: 'confirmPost' });
    expect(answer).toMatchObject({ cardUpdated: true, toast: { type: 'success' } });
    await w.settle();
    expect(cardOf('常悦', post).text).toContain('✔ 已确认');
    const row = await rowOf(post, '常悦', reminderSubject(post, 'm1'));
    expect(row?.shown).toMatchObject({ final: true });
  });

  it('of a recalled post is told, and of one that is over still counts', async () => {
    const post = await sent('旧的报销标准');
    const late = cardOf('常悦', post);
    await w.takeStep(post, [{ step: 'close' }], '戴明薇');
    const answer = await w.click('常悦', late, { act: 'confirmPost' });
    expect(answer.toast?.content).toBe('已确认（已过截止时间），已记录时间与版本 v1');
    await w.takeStep(post, [{ step: 'recall', reason: '标准有误' }], '戴明薇');
    const other = await w.click('戴明薇', cardOf('戴明薇', post), { act: 'confirmPost' });
    expect(other.toast).toEqual({ type: 'warning', content: '这期内容已撤回，无需确认' });
  });

  it('of a preview confirms nothing', async () => {
    await w.say(editor, w.link(w.write(editor, '预览用')), ZHIDA);
    await w.click(editor, w.cardOf(editor, '草稿', ZHIDA), { act: 'previewPost', form: hand });
    await w.settle();
    const preview = must(w.cardsOf(editor, ZHIDA).at(-1), 'preview');
    const answer = await w.click(editor, preview, { act: 'confirmPost' });
    expect(answer.toast?.content).toBe('这是预览，正式发送后才能确认');
  });
});

describe('two approvers', () => {
  it('at once: one wins, the other is told by whom, and both cards say it', async () => {
    await submitted('两人同时审批');
    const answers = await Promise.all(
      heads.map((head) => w.click(head, w.cardOf(head, '待审批', ZHIDA), { act: 'approveNow' })),
    );
    const toasts = answers.map(({ toast }) => toast?.content ?? '');
    const winner = must(heads[toasts.indexOf('已同意，马上开始发送')], 'winner');
    const loser = must(
      toasts.find((words) => words !== '已同意，马上开始发送'),
      'loser',
    );
    expect(loser).toMatch(new RegExp(`^✔ ${winner} 1\\d-\\d\\d \\d\\d:\\d\\d 已同意`, 'u'));
    expect((await newest()).approved?.by.name).toBe(winner);
    await w.settle();
    w.later(7_000);
    await w.minute();
    for (const head of heads) expect(w.cardOf(head, '已同意', ZHIDA).text).toContain(`✔ ${winner}`);
  });

  it('one after the other: the second one’s card is grey before they click', async () => {
    await submitted('先后审批');
    const stale = w.cardOf('戴明薇', '待审批', ZHIDA);
    await w.click('闻人杰', w.cardOf('闻人杰', '待审批', ZHIDA), {
      act: 'sendBackPost',
      form: { approval_reason: '口径不清' },
    });
    await w.settle();
    expect(w.cardOf('戴明薇', '已退回', ZHIDA).text).toMatch(/闻人杰 1\d-\d\d/u);
    expect(w.cardOf('戴明薇', '已退回', ZHIDA).text).not.toContain('approveNow');
    const late = await w.click('戴明薇', stale, { act: 'approveNow' });
    expect(late.toast?.content).toMatch(/^闻人杰 .* 已退回：口径不清$/u);
    expect((await newest()).state).toBe('draft');
  });

  it('of an old revision approve nothing', async () => {
    await submitted('修改后重新提交');
    const stale = w.cardOf('闻人杰', '待审批', ZHIDA);
    await w.click(editor, w.cardOf(editor, '待审批', ZHIDA), { act: 'withdrawPost' });
    await w.settle();
    await w.click(editor, w.cardOf(editor, '草稿', ZHIDA), {
      act: 'submitPost',
      form: { ...hand, [formFields.summary]: '改过的摘要' },
    });
    await w.settle();
    expect((await newest()).state).toBe('in_review');
    const answer = await w.click('闻人杰', stale, { act: 'approveNow' });
    expect(answer.toast?.content).toBe('内容刚刚有变化，请看最新的卡片再操作');
    expect((await newest()).state).toBe('in_review');
  });

  it('and nobody else: a reader’s click is refused', async () => {
    await submitted('别人不能审批');
    const answer = await w.click('闻人杰', w.cardOf('闻人杰', '待审批', ZHIDA), {
      act: 'approveNow',
      as: '潘小雨',
    });
    expect(answer.toast?.content).toContain('无权限');
    expect((await newest()).state).toBe('in_review');
  });
});

describe('the report’s buttons', () => {
  const press = (post: Post, act: string, called = '戴明薇') =>
    w.press(called, cardOf('常悦', post).id, {
      do: act,
      post: post.broadcast,
      subject: `post:${post.broadcast}:report`,
    });

  it('pause, go on and remind, for those who may', async () => {
    const post = await sent('门禁规定');
    expect((await press(post, 'pausePost', '潘小雨')).toast?.content).toContain('无权限');
    expect((await press(post, 'pausePost')).toast?.type).toBe('success');
    expect((await newest()).paused?.reason).toBe('戴明薇 在报告卡上暂停');
    expect((await press(post, 'remindPost')).toast?.content).toContain('已暂停，不能催未读；现在可以：');
    expect((await press(post, 'resumePost')).toast?.type).toBe('success');
    expect((await press(post, 'remindPost')).toast?.type).toBe('success');
    expect((await newest()).reminded).toBe(1);
  });
});
