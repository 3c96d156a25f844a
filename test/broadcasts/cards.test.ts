import { describe, expect, it } from 'vitest';
import { approvalCard, approvalOutcome } from '../../shared/broadcasts/approval-card.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { formCard } from '../../shared/broadcasts/form-card.ts';
import { postNoticeCard } from '../../shared/broadcasts/notice-card.ts';
import { groupCard, type PostStanding, postCard, previewCard } from '../../shared/broadcasts/post-card.ts';
import { type Reminding, reminderCard } from '../../shared/broadcasts/reminder-card.ts';
import { settledCard } from '../../shared/broadcasts/settled-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { countTags } from '../../shared/feishu/card-walk.ts';
import { bodyBytes, preflight } from '../../shared/feishu/preflight.ts';
import { accountNamed, approval, face, post } from './faces.ts';

const legal = accountNamed('legal');
const now = new Date('2026-11-27T02:00:00Z');
const place = { subject: 'post:legal-42:form', recipient: 'on_editor' };
const departments = Array.from({ length: 15 }, (_, at) => `部门${at + 1}`);
const formInput = { place, post, account: legal, departments };
const confirmed = { kind: 'confirmed', at: '2026-11-23T02:12:00.000Z', version: 1 } as const;
const page = 'http://127.0.0.1:4520/workbench/posts/legal-42';
const closed = { kind: 'closed', isLate: true, page } as const;
const recalled = { kind: 'recalled', reason: '第 3 条有误，更正后重发' } as const;
const standings: readonly PostStanding[] = [{ kind: 'open' }, closed, confirmed, recalled];
const text = (card: Card): string => JSON.stringify(card);
const summaryOf = (card: Card): string => card.config.summary.content;

const every: ReadonlyMap<string, Card> = new Map([
  ...standings.map((standing) => [`post ${standing.kind}`, postCard(face, standing)] as const),
  ...standings.map(
    (standing) =>
      [`group ${standing.kind}`, groupCard(face, { confirmed: 212, target: 300 }, standing)] as const,
  ),
  ['preview', previewCard(face, place)],
  ['reminder', reminderCard(face, { which: '1', now })],
  ['urgent reminder', reminderCard(face, { which: '2', urgentTime: 2, now })],
  ['confirmed reminder', reminderCard(face, { which: '2', now, standing: confirmed })],
  ['recalled reminder', reminderCard(face, { which: '2', now, standing: recalled })],
  ['form', formCard(formInput)],
  ['approval', approvalCard(approval)],
  ['settled approval', settledCard(approvalCard(approval), { words: '✔ 已同意', colour: 'green' })],
  [
    'notice',
    postNoticeCard({
      place,
      title: '不能发起',
      summary: '不能发起',
      lines: ['原因'],
      why: '为什么收到：你发送了文档链接',
    }),
  ],
]);

describe('every card of a post', () => {
  it.each([...every])('%s passes pre-flight with ≤ 12 KB and ≤ 60 elements', (_, card) => {
    expect(preflight(card)).toMatchObject({ ok: true });
    expect(bodyBytes(JSON.stringify(card))).toBeLessThanOrEqual(12_000);
    expect(countTags(card)).toBeLessThanOrEqual(60);
    expect(Array.from(summaryOf(card)).length).toBeLessThanOrEqual(38);
  });
});

describe("a post's card", () => {
  it('tells the account, the issue, the title, what it is about and whom it concerns, how long it takes and which version', () => {
    const card = postCard(face);
    expect(card.header.title.content).toBe('薄荷法讯 第 42 期');
    expect(summaryOf(card)).toBe('【薄荷法讯】广告法新规：功效宣称的5条红线（需确认，11-27前）');
    for (const words of [
      '约 4 分钟',
      'v1',
      '9f86d081',
      '11-27 18:00',
      '与你有关',
      '疑问请联系 法务部',
      '阅读全文',
    ])
      expect(text(card)).toContain(words);
    expect(card.config.enable_forward).toBe(true);
  });

  it('is confirmed only after a dialog, by words that a company can rely on', () => {
    expect(text(postCard(face))).toContain('我已阅读并知悉');
    expect(text(postCard(face))).toContain('确认后将记录时间与版本');
    expect(text(postCard({ ...face, mustConfirm: false }))).not.toContain('我已阅读并知悉');
  });

  it('has no button of confirmation after the deadline, when recalled, or when it was confirmed', () => {
    for (const standing of standings.slice(1))
      expect(text(postCard(face, standing))).not.toContain('confirmPost');
    expect(text(postCard(face, closed))).toContain(encodeURIComponent(page));
    expect(text(postCard(face, closed))).toContain('已过截止时间，仍可补确认');
    expect(text(postCard(face, { ...closed, isLate: false }))).toContain('已结束，仍可补确认');
    expect(text(postCard(face, confirmed))).toContain('✔ 已确认 · 11-23 10:12 · v1');
    expect(postCard(face, confirmed).header.template).toBe('green');
    expect(text(postCard(face, { kind: 'recalled', reason: '第 3 条有误' }))).toContain(
      '已撤回：第 3 条有误',
    );
  });

  it('shows at most three lines of the summary, and none of it as markdown', () => {
    const card = postCard({
      ...face,
      summary: '一\n二\n\n三\n四\n[点我](https://evil.example) <at id=all></at>',
    });
    expect(text(card)).not.toContain('四');
    expect(preflight(card)).toMatchObject({ ok: true });
    const one = postCard({ ...face, title: '<at id=all></at>', summary: '[点我](https://evil.example)' });
    expect(preflight(one)).toMatchObject({ ok: true });
    expect(text(one)).not.toContain('](https://evil');
  });

  it('keeps the tail of its summary when the title is long', () => {
    const card = postCard({ ...face, title: '关于年终盘点期间仓库领料、退料与报损流程的补充规定（试行）' });
    expect(summaryOf(card)).toMatch(/…（需确认，11-27前）$/u);
  });

  it('counts the confirmed in a group only', () => {
    expect(text(groupCard(face, { confirmed: 212, target: 300 }))).toContain('已确认 212/300');
    expect(text(postCard(face))).not.toContain('212');
  });

  it('cannot be confirmed or forwarded from a preview by anybody else', () => {
    const card = previewCard(face, place);
    expect(card.config.enable_forward).toBe(false);
    expect(text(card)).toContain('预览：只有你能看到');
  });
});

describe('a reminder', () => {
  const at = (more: Partial<Reminding>): Card => reminderCard(face, { which: '1', now, ...more });

  it('asks for one step by one button and says until when', () => {
    expect(at({}).header.title.content).toBe('还差 1 步：确认');
    expect(at({}).header.subtitle?.content).toBe('薄荷法讯 第 42 期 · 今天 18:00 截止');
    expect(summaryOf(at({}))).toBe('还差 1 步：确认《广告法新规：功效宣称的5条红线》 今天 18:00 截止');
    expect(text(at({})).match(/"tag":"button"/gu)).toHaveLength(1);
    expect(text(at({ now: new Date('2026-11-26T02:00:00Z') }))).toContain('11-27 18:00 截止');
  });

  it('says that everybody has to confirm when it is urgent', () => {
    expect(text(at({ urgentTime: 2 }))).toContain('因需全员确认，已第 2 次提醒');
    expect(text(at({}))).not.toContain('次提醒');
  });

  it('says on a screen where it stands that the post was recalled, and asks nothing more', () => {
    const card = at({ standing: recalled });
    expect(summaryOf(card)).toContain('已撤回，无需再操作');
    expect(text(card)).not.toContain('"button"');
  });

  it('asks to read what needs no confirmation', () => {
    const card = reminderCard({ ...face, mustConfirm: false, deadlineAt: undefined }, { which: 'm1', now });
    expect(card.header.title.content).toBe('还差 1 步：阅读');
    expect(text(card)).not.toContain('confirmPost');
  });
});

describe('an approval card', () => {
  it('tells who gets it, who can not be reached and why, what it costs and how long it takes', () => {
    const card = text(approvalCard(approval));
    for (const words of [
      '300 人',
      '较上期 +6/−2',
      '不可触达**　4 人',
      '未激活飞书 2',
      '312 次',
      '本月余 4,120',
      '约 2 分钟',
      '同意并定时',
      '同意并立即发送',
      '退回',
      '王一',
    ])
      expect(card).toContain(words);
  });

  it('warns when the calls of the month do not suffice', () => {
    expect(text(approvalCard({ ...approval, calls: { expected: 312, left: 100 } }))).toContain('额度不足');
  });

  it('warns when the deadline is over before the quiet hours that it lies in', () => {
    const at = (deadlineAt: string | undefined): string => {
      const whole = text(approvalCard({ ...approval, face: { ...approval.face, deadlineAt } }));
      return /截止时间在休息时间内，([\d: -]+) 后/u.exec(whole)?.[1] ?? '';
    };
    expect(at('2026-11-27T13:00:00+08:00')).toBe('11-27 12:00');
    expect(at('2026-11-27T13:30:00+08:00')).toBe('11-27 12:00');
    expect(at('2026-11-28T06:00:00+08:00')).toBe('11-27 21:30');
    for (const fine of [undefined, '2026-11-27T12:00:00+08:00', '2026-11-27T18:00:00+08:00'])
      expect(at(fine)).toBe('');
  });

  it('says afterwards what became of the question, and by whom', () => {
    const act = { by: { person: 'on_head', name: '林峰' }, at: '2026-11-23T02:41:00.000Z' };
    const words = (more: Partial<Broadcast>) => approvalOutcome({ ...post, ...more })?.words;
    expect(words({})).toBeUndefined();
    expect(words({ state: 'scheduled', approved: act, scheduledAt: '2026-11-23T06:00:00.000Z' })).toBe(
      '✔ 林峰 11-23 10:41 已同意，11-23 14:00 发送',
    );
    expect(words({ state: 'draft', sentBack: { ...act, reason: '缺依据' } })).toBe(
      '林峰 11-23 10:41 已退回：缺依据',
    );
    expect(words({ state: 'cancelled' })).toBe('这一期已取消，无需处理');
  });

  it('keeps what it told and loses its controls when it is settled, once or twice', () => {
    const settled = settledCard(approvalCard(approval), { words: '✔ 林峰 已同意', colour: 'green' });
    expect(text(settled)).toContain('300 人');
    expect(text(settled)).not.toContain('approveNow');
    expect(settledCard(settled, { words: '✔ 林峰 已同意', colour: 'green' })).toEqual(settled);
  });
});

describe('the form', () => {
  it('begins with what the draft says', () => {
    const card = text(formCard(formInput));
    expect(card).toContain('"default_value":"12 月 1 日起');
    expect(card).toContain('"initial_option":"account"');
    expect(card).toContain('"initial_datetime":"2026-11-27 18:00"');
  });

  it('shows chosen departments, and keeps an audience that it can not say', () => {
    const some = { ...post, audience: { any: [{ departments: ['部门2'] }], except: [] } };
    expect(text(formCard({ ...formInput, post: some }))).toContain('"selected_values":["部门2"]');
    const special = { ...post, audience: { any: [{ roles: ['部门负责人'] }], except: [] } };
    expect(text(formCard({ ...formInput, post: special }))).toContain('保持现在的范围');
  });

  it('says why it came back', () => {
    const act = { by: { person: 'on_head', name: '林峰' }, at: '2026-11-23T02:41:00.000Z' };
    const card = formCard({ ...formInput, post: { ...post, sentBack: { ...act, reason: '缺依据' } } });
    expect(text(card)).toContain('林峰 11-23 10:41 退回：缺依据');
  });
});
