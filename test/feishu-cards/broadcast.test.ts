import { expect, it } from 'vitest';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { formFields } from '../../shared/broadcasts/form-card.ts';
import { conversation, must } from '../broadcasts/conversation-world.ts';

const w = conversation({ cardAnswer: 'toastThenPatch' });
const [editor, approver, reader] = ['裴律安', '闻人杰', '常悦'] as const;

const newest = async () => must((await w.posts().listOfAccount('legal'))[0], 'post');

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
