import { expect, it } from 'vitest';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { formFields } from '../../shared/broadcasts/form-card.ts';
import { conversation, must } from '../broadcasts/conversation-world.ts';

const w = conversation({ cardAnswer: 'toastThenPatch' });
const [editor, approver, reader] = ['裴律安', '闻人杰', '常悦'] as const;

const newest = async () => must((await w.posts().listOfAccount('legal'))[0], 'post');

it('there an old form of another editor is refused, too, and the one of now comes by PATCH', async () => {
  const doc = w.write(editor, '样品管理');
  await w.say(editor, w.link(doc));
  const old = w.cardOf(editor, '草稿');
  await w.say(approver, w.link(doc));
  const form = { [formFields.summary]: '样品须登记' };
  for (let press = 0; press < 2; press += 1)
    await w.click(approver, w.cardOf(approver, '草稿'), { act: 'previewPost', form });
  expect(await newest()).toMatchObject({ summary: '样品须登记' });
  const late = await w.click(editor, old, { act: 'submitPost' });
  expect(late).toMatchObject({ cardUpdated: false, toast: { type: 'warning' } });
  expect(late.toast?.content).toContain('闻人杰 已修改这份草稿');
  expect(await newest()).toMatchObject({ state: 'draft', summary: '样品须登记' });
  w.later(7_000);
  await w.minute();
  expect(w.cardOf(editor, '草稿').text).toContain('样品须登记');
  await w.click(editor, w.cardOf(editor, '草稿'), { act: 'cancelPost' });
  expect((await newest()).state).toBe('cancelled');
});

it('where a tenant’s client refuses a card in the answer, a toast answers and every card changes by PATCH', async () => {
  await w.say(editor, w.link(w.write(editor, '直播话术更新')));
  const form = {
    [formFields.scope]: 'departments',
    [formFields.departments]: ['人力资源'],
    [formFields.mustConfirm]: 'yes',
  };
  const handedIn = await w.click(editor, w.cardOf(editor, '草稿'), { act: 'submitPost', form });
  expect(handedIn).toMatchObject({ cardUpdated: false, toast: { content: '已提交审批' } });
  await w.settle();
  const agreed = await w.click(approver, w.cardOf(approver, '待审批'), { act: 'approveNow' });
  expect(agreed).toMatchObject({ cardUpdated: false, toast: { content: '已同意，马上开始发送' } });
  // A PATCH beside the answer would be taken back.
  await w.settle();
  expect(w.cardOf(approver, '待审批').text).toContain('approveNow');
  await w.minute();
  expect(w.cardOf(approver, '已同意').text).not.toContain('approveNow');
  expect(w.cardOf(editor, '待审批').text).toContain('已提交审批');
  await w.minute();

  const confirmed = await w.click(reader, w.cardOf(reader, '薄荷法讯'), { act: 'confirmPost' });
  expect(confirmed).toMatchObject({ cardUpdated: false, toast: { type: 'success' } });
  await w.minute();
  expect(w.cardOf(reader, '薄荷法讯').text).toContain('✔ 已确认');
  const key = { subject: personalSubject(await newest()), recipient: w.person(reader).unionId };
  const row = await w.out().deliveries.find(key);
  expect(row?.shown?.hash).toBe(row?.wanted?.hash);
});
