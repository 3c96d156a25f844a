import { peopleFinance } from '../../config/digests/people-finance.ts';
import { salesDaily } from '../../config/digests/sales-daily.ts';
import { stockDaily } from '../../config/digests/stock-daily.ts';
import { buildDigestCard } from '../../functions/digest/card.ts';
import { type Section, sectionFor } from '../../functions/digest/section.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { chief, day, now, repliesFor, shown } from '../digests/golden-day.ts';

const sectionOf = (digest: Digest): Section => {
  const replies = repliesFor(digest, chief);
  const section = sectionFor(digest, { person: chief, day, now, wanted: shown, shown, replies });
  if ('skipped' in section) throw new Error(`the golden day has no ${digest.id}`);
  return section;
};

/** The 晨报 as the digest function builds it, from the figures of the golden day. */
export const morningCard = (): Card =>
  buildDigestCard({
    id: deliveryElementId('digest:morning:2026-11-24', 'on_1'),
    name: '晨报',
    day,
    person: { name: '林知夏', why: '总经理' },
    sections: [salesDaily, stockDaily, peopleFinance].map(sectionOf),
    colours: '红涨绿跌',
  });

const plain = (content: string): object => ({ tag: 'plain_text', content });

/** A card of one element. */
export const cardWith = (...elements: readonly object[]): object => ({
  schema: '2.0',
  config: { update_multi: true, summary: { content: '测试卡片' } },
  header: { title: plain('测试卡片'), template: 'blue' },
  body: { elements },
});

export const callbackButton = (text: string, value: object, more: object = {}): object => ({
  tag: 'button',
  text: plain(text),
  behaviors: [{ type: 'callback', value }],
  ...more,
});

export const formElement = (): object => ({
  tag: 'form',
  name: 'resolve',
  elements: [
    {
      tag: 'select_static',
      name: 'reason',
      required: true,
      placeholder: plain('原因'),
      options: ['漏发', '错发'].map((text) => ({ text: plain(text), value: text })),
    },
    { tag: 'input', name: 'note', placeholder: plain('备注') },
    { tag: 'button', name: 'submit', text: plain('提交'), form_action_type: 'submit' },
  ],
});
