import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import { baseName, baseWorld } from './world.ts';

const world = baseWorld();
const names = ['潘小雨', '林知夏', '许念'];

type Step =
  | { readonly kind: 'open' | 'arrive' | 'sync' }
  | { readonly kind: 'later'; readonly minutes: number }
  | { readonly kind: 'act'; readonly at: number; readonly change: ChangeInput }
  | {
      readonly kind: 'edit';
      readonly at: number;
      readonly by: number;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'delete' | 'copy'; readonly at: number; readonly by: number };

const at = fc.nat(5);
const by = fc.nat(names.length - 1);
const priority = fc.constantFrom('P0', 'P1', 'P2', 'P3');
const person = fc.nat(names.length - 1).map((index) => ({ person: `#${index}`, name: '' }));

const change = fc.oneof(
  priority.map((to): ChangeInput => ({ do: 'priority', to: to as 'P0', because: '' })),
  fc.constantFrom('一', '二').map((text): ChangeInput => ({ do: 'note_set', text })),
  person.map((to): ChangeInput => ({ do: 'assigned', to, how: 'transfer' })),
  fc.constantFrom<ChangeInput>(
    { do: 'unassigned', because: '' },
    { do: 'rung', rung: '1:resolution:p2-near' },
    { do: 'resolved', resolution: { at: '2026-11-23T03:00:00.000Z', by: 'source' } },
    { do: 'closed', because: '' },
    { do: 'reopened', because: '' },
  ),
);
const cell = fc.oneof(
  priority.map((value) => ({ 优先级: value })),
  fc.constantFrom('三', '四', null).map((value) => ({ 备注: value })),
  fc
    .constantFrom('处理中', '已解决', '已关闭', '等客户回复', '待领取', '等协办', null)
    .map((value) => ({ 状态: value })),
  fc.array(by, { maxLength: 2 }).map((people) => ({ 处理人: people.map((index) => ({ id: names[index] })) })),
  fc.constantFrom('别的', null).map((value) => ({ 商品: value })),
  fc.boolean().map((value) => ({ 超时: value })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'open' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'arrive' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'sync' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('later' as const), minutes: fc.nat(600) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('act' as const), at, change }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      at,
      by,
      fields: fc
        .array(cell, { minLength: 1, maxLength: 3 })
        .map((cells) => Object.assign({}, ...cells) as object),
    }) as fc.Arbitrary<Step>,
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'copy' as const), at, by }) },
);

const named = (input: ChangeInput): ChangeInput =>
  input.do === 'assigned'
    ? { ...input, to: world.whoIs(names[Number(input.to.person.slice(1))] ?? '') }
    : input;

/** One history of both sides; `ids`: its tickets. */
const play = async (steps: readonly Step[]): Promise<readonly string[]> => {
  const ids = [await world.open()];
  await world.sync();
  const chosen = (index: number): string => ids[index % ids.length] ?? '';
  const recordOf = async (index: number) =>
    (await world.standing()).find(({ number }) => number === chosen(index))?.recordId;
  for (const each of steps) {
    if (each.kind === 'open') ids.push(await world.open());
    else if (each.kind === 'arrive') await world.arrive();
    else if (each.kind === 'sync') await world.sync();
    else if (each.kind === 'later') world.later(each.minutes * 60_000);
    else if (each.kind === 'act') await world.act(chosen(each.at), named(each.change));
    else {
      const recordId = await recordOf(each.at);
      const who = world.person(names[each.by] ?? '');
      const table = await world.tableId();
      if (recordId === undefined) continue;
      if (each.kind === 'delete') who.deleteRecord(baseName, table, recordId);
      else if (each.kind === 'copy') who.addRecord(baseName, table, { 工单号: '复制的', 备注: '手工' });
      else who.editRecord(baseName, table, { recordId, fields: each.fields });
    }
  }
  return ids;
};

const settle = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    await world.arrive();
    await world.sync();
  }
};

describe('any mix of edits on both sides', () => {
  it('ends in step: no drift, nothing waits, nothing is written any more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const ids = await play(steps);
        await settle();
        expect(await world.drift({}, ids)).toEqual([]);
        expect(await world.edits()).toEqual([]);
        const mark = world.mark();
        await world.sync();
        expect(world.calls(mark)).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 300_000);
});
