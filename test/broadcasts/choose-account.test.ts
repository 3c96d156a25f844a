import { beforeAll, expect, it, vi } from 'vitest';
import { draftFromLink } from '../../functions/event-worker/drafts.ts';
import { chooseAccount } from '../../functions/feishu-cards/broadcast-draft.ts';
import { findCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import { planAndClaim } from '../../shared/delivery/plan.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { inbox } from '../../shared/store/inbox.ts';
import type { Person } from '../../shared/store/people.ts';
import { localTables } from '../local.ts';
import { accountNamed } from './faces.ts';

const tables = localTables();
const now = (): Date => new Date('2026-11-23T02:41:00Z');
const [first, second] = [accountNamed('legal'), { ...accountNamed('policies'), sender: 'legal' }];
const accounts = [first, { ...second, editors: first.editors }];
const person = (id: string, departments: readonly string[]): Person => ({
  ...{ person: id, name: id, jobTitle: '', departments: [...departments], roles: [], chats: {} },
  ...{ unsubscribed: [], syncedAt: now().toISOString() },
});
const people = [person('on_editor', ['法务']), person('on_other', ['客服'])];
const token = 'wikcnTwoAccountsOneBot00001';
const sent: Wish[] = [];

const deps = () => {
  const rows = deliveries(tables.name('deliveries'));
  return {
    broadcasts: broadcasts(tables.name('broadcasts')),
    ...{ accounts, now, people: () => Promise.resolve(people) },
    deliveries: rows,
    contents: contents(tables.name('contents')),
    send: async (wish: Wish) => {
      sent.push(wish);
      const row = await planAndClaim(rows)(wish, now());
      if (row) await rows.recordAccepted(row, { messageId: 'om_choice', at: now() });
      return 'accepted' as const;
    },
    inbox: inbox(tables.name('inbox')),
    ...{ seal: (text: string) => text, cardAnswer: 'card' as const, answerWithinMs: 2_400 },
  };
};
const heard = (called: string) => ({
  ...{ person: called, sender: 'legal', at: now() },
  message: {
    ...{ message_id: 'om_link', message_type: 'text' },
    content: JSON.stringify({ text: `https://mint.feishu.cn/wiki/${token}` }),
  },
});
const click = (by: Person, value: object) => ({
  click: {
    ...{ eventId: 'e1', person: by.person, messageId: 'om_choice', chatId: 'oc_1' },
    ...{ form: {}, sender: 'legal', appId: 'cli' },
    value: { do: 'draftPost' as const, post: 'policies', subject: 'reply:om_link', ...value },
  },
  ...{ by, copy: undefined, waiting: { isWaited: () => true, say: () => undefined, carry: () => undefined } },
});

beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

it('an editor of two accounts of one bot is asked which, and the choice opens one draft, however often it is made', async () => {
  expect((await draftFromLink(deps())(heard('on_editor')))?.reason).toBe('asked_account:accepted');
  const asked = await findCard(deps().contents)(sent[0]?.hash ?? '');
  expect(JSON.stringify(asked)).toContain('薄荷法讯');
  expect(JSON.stringify(asked)).toContain('制度与流程');
  const [editor] = people;
  if (!editor) throw new Error('there is an editor');
  const chosen = { kind: 'wiki' as const, token, message: 'om_link' };
  const copy = await deps().deliveries.find({ subject: 'reply:om_link', recipient: 'on_editor' });
  const answer = await chooseAccount(deps(), { ...click(editor, chosen), copy });
  expect(answer.toast.content).toBe('已选择制度与流程 第 1 期，正在读取文章');
  expect(JSON.stringify(answer.card)).not.toContain('draftPost');
  await chooseAccount(deps(), click(editor, chosen));
  expect(await deps().broadcasts.listOfAccount('policies')).toMatchObject([
    {
      broadcast: 'policies-1',
      article: { ref: { kind: 'wiki', token } },
      editors: [{ person: 'on_editor' }],
    },
  ]);
  expect(await deps().broadcasts.listOfAccount('legal')).toEqual([]);
});

it('nobody else chooses, and a button without its document opens nothing', async () => {
  const [editor, other] = people;
  if (!editor || !other) throw new Error('there are two');
  const chosen = { kind: 'wiki' as const, token: 'wikcnAnotherDocument0000001', message: 'om_other' };
  expect((await chooseAccount(deps(), click(other, chosen))).toast.content).toContain('无权限');
  expect((await chooseAccount(deps(), click(editor, {}))).toast.content).toContain('请重新发送文档链接');
  expect(await draftFromLink(deps())(heard('on_other'))).toBeUndefined();
  expect(await deps().broadcasts.listOfAccount('policies')).toHaveLength(1);
});
