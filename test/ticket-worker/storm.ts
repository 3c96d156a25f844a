import { createHash } from 'node:crypto';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { sourceEventSchema } from '../../shared/sources/source-event.ts';
import { START } from './desk-world.ts';

/** The same numbers for the same seed: mulberry32. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const words = [
  '少发了一袋',
  '奶昔结块，冲不开',
  '包装破损，漏了',
  '蛋白棒里吃到一根头发',
  '什么时候发货',
  '在吗',
  '喝完拉肚子',
  '发错口味了',
  '没有异物，只想问怎么保存',
  '面包发霉了',
  '快递三天不更新',
  '优惠券没用上',
];

type Sequence = { readonly source: SourceEvent['source']; readonly events: readonly SourceEvent['what'][] };

/** As their systems tell a case, in their order. */
const sequences: readonly Sequence[] = [
  { source: 'youzan', events: ['opened', 'changed', 'ended'] },
  { source: 'doudian', events: ['opened', 'changed', 'changed'] },
  { source: 'qiyu', events: ['message', 'message', 'message', 'changed'] },
  { source: 'wecom', events: ['message', 'message'] },
  { source: 'app', events: ['opened', 'message', 'ended'] },
  { source: 'app', events: ['opened'] },
];

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

/** Events of many cases in the order in which they happened: 0.7 of them of an order of their own. */
export const storm = (cases: number, random: () => number): readonly SourceEvent[] => {
  const pick = <T>(some: readonly T[]): T => {
    const chosen = some[Math.floor(random() * some.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  return Array.from({ length: cases }, (_, index) => {
    const { source, events } = pick(sequences);
    const caseId = `${source}-${index}`;
    const order = `E${random() < 0.7 ? index : Math.floor(random() * 50)}`;
    const problem = pick(words);
    return events.map((what, step) =>
      sourceEventSchema.parse({
        source,
        eventId: hash(`${caseId}:${step}`),
        caseId,
        version: START + index + step * 1_000,
        kind: source === 'youzan' || source === 'doudian' ? 'refund' : 'complaint',
        what,
        occurredAt: new Date(START - 3_600_000 + index + step * 1_000).toISOString(),
        orderIds: source === 'wecom' ? [] : [order],
        content: what === 'changed' || what === 'ended' ? '' : `${problem}（${step}）`,
        speaker: what === 'message' ? 'customer' : undefined,
        buyerPhone: `138${String(Math.floor(random() * 400)).padStart(8, '0')}`,
        batchNo: random() < 0.1 ? `2026101${Math.floor(random() * 4)}` : undefined,
      }),
    );
  }).flat();
};

/** With repeats, and out of order by up to so many places. */
export const disordered = (
  events: readonly SourceEvent[],
  random: () => number,
  { repeats, reach }: { repeats: number; reach: number },
): readonly SourceEvent[] => {
  const told = events.flatMap((event) => (random() < repeats ? [event, event] : [event]));
  const places = told.map((event, index) => ({ event, at: index + random() * reach }));
  return places.toSorted((a, b) => a.at - b.at).map(({ event }) => event);
};

/** So many at once, as several shards of a stream bring them. */
export const inParallel = async <T>(
  all: readonly T[],
  together: number,
  run: (one: T) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await run(one);
  };
  await Promise.all(Array.from({ length: together }, worker));
};
