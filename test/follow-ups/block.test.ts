import { describe, expect, it } from 'vitest';
import type { Card } from '../../shared/feishu/card-json.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { preflight } from '../../shared/feishu/preflight.ts';
import { followUpBlock } from '../../shared/follow-ups/block.ts';
import { type FollowUp, lineItem } from '../../shared/follow-ups/follow-up.ts';
import { withFollowUp } from '../../shared/follow-ups/on-card.ts';
import { spanWords } from '../../shared/follow-ups/span.ts';
import { assignedLine, chen, lin, openLine, subject, zhou } from './golden.ts';

const cardWith = (followUp: FollowUp, recipient: string): Card =>
  card({
    id: deliveryElementId(subject, recipient),
    summary: '缺货3',
    header: { title: '晨报', colour: 'blue' },
    elements: [markdown('前'), ...followUpBlock(followUp, { subject, recipient }), markdown('后')],
    footer: ['数据截至 06:10'],
  });
const textOf = (followUp: FollowUp, recipient: string): string =>
  JSON.stringify(followUpBlock(followUp, { subject, recipient }));

const closedLine: FollowUp = {
  ...assignedLine,
  state: 'closed',
  closed: { by: zhou, at: '2026-11-23T06:05:00.000Z', cause: '供应商*延期*', measure: '加急空运' },
};

describe('the block of a follow-up on a card', () => {
  it('offers 指派跟进, 已知晓 and 稍后 2 小时 while nobody has it', () => {
    const text = textOf(openLine, 'on_lin');
    for (const words of ['指派跟进', '已知晓', '稍后 2 小时']) expect(text).toContain(words);
  });

  it('offers the people of its scope, the reader first and by 我来跟进', () => {
    const text = textOf(openLine, 'on_zhou');
    expect(text.indexOf('我来跟进（周明）')).toBeLessThan(text.indexOf('"林知夏"'));
    expect(text.indexOf('我来跟进（周明）')).toBeGreaterThan(0);
  });

  it('says who follows it up since when and who asked for it, with no button for bystanders', () => {
    const text = textOf(assignedLine, 'on_chen');
    expect(text).toContain('周明 跟进中，自 11-23 10:41 起（林知夏 指派）');
    expect(followUpBlock(assignedLine, { subject, recipient: 'on_chen' })).toHaveLength(1);
  });

  it('has the form of cause and measure on the own card of whoever follows it up, and nowhere else', () => {
    const hasForm = (recipient: string): boolean => textOf(assignedLine, recipient).includes('"tag":"form"');
    expect([zhou, lin, chen].map(({ person }) => hasForm(person))).toEqual([true, false, false]);
    expect(hasForm('chat:oc_1')).toBe(false);
  });

  it('closes with cause, measure and the time it took, as plain words', () => {
    const text = textOf(closedLine, 'on_lin');
    expect(text).toContain('✔ 已办结 · 周明 · 11-23 14:05 · 用时 3小时24分');
    expect(text).toContain('原因：供应商&#42;延期&#42;\\n措施：加急空运');
    expect(text).not.toContain('"tag":"button"');
  });

  it('doesn’t repeat on an alert’s card what the card is about, and says that nobody has it yet', () => {
    const item = 'alert:refund-rate:channel=抖音:1';
    const onIts = (followUp: FollowUp): string =>
      JSON.stringify(followUpBlock({ ...followUp, item }, { subject: item, recipient: 'on_lin' }));
    expect(onIts(openLine)).toContain('还没有人跟进');
    expect(onIts(assignedLine)).toContain('周明 跟进中');
    for (const each of [openLine, assignedLine]) expect(onIts(each)).not.toContain(openLine.line);
    expect(textOf(openLine, 'on_lin')).not.toContain('还没有人跟进');
  });

  it('tells only its reader of their own reminder, and offers no second one', () => {
    const reminded = { ...openLine, reminders: { on_lin: '2026-11-23T04:41:00.000Z' } };
    expect(textOf(reminded, 'on_lin')).toContain('将于 12:41 提醒你');
    expect(textOf(reminded, 'on_lin')).not.toContain('稍后 2 小时');
    expect(textOf(reminded, 'on_zhou')).toBe(textOf(openLine, 'on_zhou'));
  });

  it.each([
    ['open', openLine],
    ['assigned', assignedLine],
    ['closed', closedLine],
  ])('passes Feishu’s rules when %s, for every reader', (_, followUp) => {
    for (const { person } of [lin, zhou, chen]) {
      expect(preflight(cardWith(followUp, person))).toMatchObject({ ok: true });
    }
  });
});

describe('a follow-up on a card that was sent', () => {
  const place = { subject, recipient: 'on_zhou' };

  it('is replaced where it stands, whatever its size, and nothing else is touched', () => {
    const after = withFollowUp(cardWith(openLine, 'on_zhou'), assignedLine, place);
    expect(after).toEqual(cardWith(assignedLine, 'on_zhou'));
    expect(after && withFollowUp(after, closedLine, place)).toEqual(cardWith(closedLine, 'on_zhou'));
  });

  it('is left alone on a card that doesn’t carry it', () => {
    const other = { ...openLine, item: lineItem('morning', '2026-11-23', ['other']) };
    expect(withFollowUp(cardWith(openLine, 'on_zhou'), other, place)).toBeUndefined();
  });
});

it.each([
  ['不到1分', 0],
  ['59分', 59 * 60_000],
  ['3小时24分', 204 * 60_000],
  ['2天5小时', 53 * 3_600_000],
])('a span of time reads %s', (words, ms) => {
  expect(spanWords(ms)).toBe(words);
});
