import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { localLedger } from './ledger.ts';

const ledger = localLedger();
const root = join(import.meta.dirname, '../..');

const cardOf = (id: string, text: string): Card =>
  card({
    id,
    summary: '晨报',
    header: { title: '晨报', colour: 'blue' },
    elements: [markdown(text)],
    footer: ['数据截至'],
  });
const longList = Array.from({ length: 900 }, (_, at) => `${at} 代餐奶昔 抖音旗舰店`).join('\n');

const sendCard = async (subject: string, of: (id: string) => Card) => {
  const { unionId } = ledger.person('林知夏');
  const id = deliveryElementId(subject, unionId);
  const kept = await keepCard(ledger.out().contents)(of(id), { id });
  const wish = await ledger.wishFor('林知夏', { subject });
  expect(await sendNow(ledger.sender())({ ...wish, ...kept })).toBe('accepted');
  const row = await ledger.rowOf(wish);
  const shown = ledger.screenOf('林知夏').find(({ id: message }) => message === row.messageId);
  return { id, row, shown: shown?.content ?? '' };
};

it('a card that fits leaves as designed, and its row names no step', async () => {
  const { id, row, shown } = await sendCard('notice:fits', (own) => cardOf(own, '正文'));
  expect(JSON.parse(shown)).toEqual(cardOf(id, '正文'));
  expect(row.degraded).toBeUndefined();
});

it('a card over a limit is delivered all the same, and its row names the step', async () => {
  const { row, shown } = await sendCard('notice:long', (own) => cardOf(own, longList));
  expect(row).toMatchObject({ state: 'accepted', degraded: 'rows' });
  expect(shown).toContain('…还有 895 行');
});

it('a card that names another delivery than its own gets its own', async () => {
  const { id, row, shown } = await sendCard('notice:foreign', () => cardOf('d0000000000000000000', '正文'));
  expect(row.degraded).toBe('headlines');
  expect(shown).toContain(`"element_id":"${id}"`);
});

it('what was kept comes back as a card; a text of another shape does not', async () => {
  const { contents } = ledger.out();
  const { hash } = await keepCard(contents)(cardOf('d1', '正文'), { id: 'd1' });
  expect(await findCard(contents)(hash)).toEqual(cardOf('d1', '正文'));
  expect(await findCard(contents)(await contents.keep('{"schema":"1.0"}'))).toBeUndefined();
  expect(await findCard(contents)('0'.repeat(64))).toBeUndefined();
});

/** What is kept beside cards: the words of articles and who was meant; nothing of it is ever sent. */
const texts = [
  'functions/broadcast/articles.ts',
  'functions/broadcast/commands.ts',
  'shared/broadcasts/snapshot.ts',
];

it('nothing that is deployed stores a card past the ladder', () => {
  const stores = ['functions', 'shared']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    )
    .filter((file) => file.endsWith('.ts') && /\.keep\b/.test(readFileSync(join(root, file), 'utf8')));
  expect(stores.toSorted()).toEqual([...texts, 'shared/delivery/keep-card.ts'].toSorted());
});
