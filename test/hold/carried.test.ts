import { describe, expect, it } from 'vitest';
import { releaseDue } from '../../functions/digest/due.ts';
import { carriedBy } from '../../shared/delivery/carry.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { CardElement } from '../../shared/feishu/card-json.ts';
import { buttonRows, callbackButton, card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { localMorning } from '../digest-flow/morning.ts';

const today = '2026-11-24';
const morning = localMorning(today);
const { clock, rowOf, screenOf, shownTo } = morning;

const night = `2026-11-23T22:10:00+08:00`;
const sendAtNight = async (name: string, subject: string, more: readonly CardElement[] = []) => {
  const { person } = await morning.person(name);
  const id = deliveryElementId(subject, person);
  const { contents, sending } = morning.out();
  const kept = await keepCard(contents)(
    card({
      id,
      summary: `${subject} 库存只够 3 天`,
      header: { title: '补货提醒', colour: 'orange' },
      elements: [markdown('蓝莓味 300g，建议今天下单'), ...more],
      footer: ['数据截至 21:00'],
    }),
    { id },
  );
  const to = { recipient: person, receiveIdType: 'union_id', receiveId: person } as const;
  const wish: Wish = { subject, sender: 'zhida', ...to, ...kept, eventAt: clock.now() };
  clock.set(night);
  return sendNow({ ...sending, now: clock.now })(wish);
};

const release = async (): Promise<Bundle> => {
  clock.set(`${today}T08:46:30+08:00`);
  const bundle = morning.release({ id: 'morning' });
  await releaseDue(
    morning.invocation([bundle], {
      sleep: (ms) => {
        clock.skip(ms);
        return Promise.resolve();
      },
    }),
  )(clock.now());
  return bundle;
};

describe('a message of the night', () => {
  it('stands in a line on the morning card of those who get one, and does not ring itself', async () => {
    expect(await sendAtNight('沈南乔', 'notice:a')).toBe('held');
    expect(await sendAtNight('沈南乔', 'notice:b')).toBe('held');
    expect(await sendAtNight('田小禾', 'notice:c')).toBe('held');
    const ask = buttonRows([callbackButton({ text: '已知晓', value: { do: 'seen' } })]);
    expect(await sendAtNight('沈南乔', 'notice:asks', ask)).toBe('held');
    await release();
    const subject = `digest:morning:${today}`;
    const shown = await shownTo(subject, '沈南乔');
    expect(shown).toContain('另有 2 条消息已合并');
    expect(shown).toContain('补货提醒：notice:a 库存只够 3 天');
    expect(carriedBy((await rowOf(subject, '沈南乔')) ?? expect.fail())).toEqual(['notice:a', 'notice:b']);
    clock.set(`${today}T09:05:00+08:00`);
    await morning.sweep();
    for (const carried of ['notice:a', 'notice:b'])
      expect(await rowOf(carried, '沈南乔')).toMatchObject({
        state: 'suppressed',
        reason: 'carried_by_bundle',
      });
    // The one that asks for something came itself, and so did that of somebody without a morning card.
    expect(await rowOf('notice:asks', '沈南乔')).toMatchObject({ state: 'accepted' });
    expect(await rowOf('notice:c', '田小禾')).toMatchObject({ state: 'accepted' });
    expect(screenOf('沈南乔')).toHaveLength(2);
    expect(screenOf('田小禾')).toHaveLength(1);
  });
});
