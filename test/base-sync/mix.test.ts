import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import { priorities } from '../../shared/tickets/ticket.ts';
import { baseName, baseWorld } from './world.ts';

const world = baseWorld();
const names = ['潘小雨', '林知夏', '许念'];

type HandStep = {
  readonly kind: 'edit' | 'delete' | 'copy';
  readonly at: number;
  readonly by: number;
  readonly fields?: Readonly<Record<string, unknown>>;
};
type Step =
  | { readonly kind: 'open' | 'arrive' | 'sync' }
  | { readonly kind: 'later'; readonly minutes: number }
  | { readonly kind: 'act'; readonly at: number; readonly change: ChangeInput }
  | HandStep;

const at = fc.nat(5);
const by = fc.nat(names.length - 1);
const priority = fc.constantFrom(...priorities);
const person = fc.nat(names.length - 1).map((index) => ({ person: `#${index}`, name: '' }));

const change = fc.oneof(
  priority.map((to): ChangeInput => ({ do: 'priority', to, because: '' })),
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
const fields = fc
  .array(cell, { minLength: 1, maxLength: 3 })
  .map((cells): Readonly<Record<string, unknown>> => Object.assign({}, ...cells) as Record<string, unknown>);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>({ kind: 'open' }, { kind: 'arrive' }, { kind: 'sync' }),
  fc.record({ kind: fc.constant('act' as const), at, change }),
  fc.record({ kind: fc.constant('edit' as const), at, by, fields }),
  fc.oneof(
    fc.record({ kind: fc.constant('later' as const), minutes: fc.nat(600) }),
    fc.record({ kind: fc.constantFrom('delete' as const, 'copy' as const), at, by }),
  ),
);

const named = (input: ChangeInput): ChangeInput =>
  input.do === 'assigned'
    ? { ...input, to: world.whoIs(names[Number(input.to.person.slice(1))] ?? '') }
    : input;

const byHand = async ({ kind, by: index, ...more }: HandStep, recordId: string): Promise<void> => {
  const who = world.person(names[index] ?? '');
  const table = await world.tableId();
  if (kind === 'delete') who.deleteRecord(baseName, table, recordId);
  else if (kind === 'copy') who.addRecord(baseName, table, { 工单号: '复制的', 备注: '手工' });
  else who.editRecord(baseName, table, { recordId, fields: more.fields ?? {} });
};

const isByHand = (step: Step): step is HandStep => 'by' in step;

const take = async (step: Step, ids: readonly string[]): Promise<unknown> => {
  const chosen = (index: number): string => ids[index % ids.length] ?? '';
  if (isByHand(step)) {
    const found = (await world.standing()).find(({ number }) => number === chosen(step.at));
    return found && byHand(step, found.recordId);
  }
  if (step.kind === 'act') return world.act(chosen(step.at), named(step.change));
  if (step.kind === 'later') {
    world.later(step.minutes * 60_000);
    return;
  }
  return step.kind === 'arrive' ? world.arrive() : world.sync();
};

/** One history of both sides; returns its tickets. */
const play = async (steps: readonly Step[]): Promise<readonly string[]> => {
  const ids = [await world.open()];
  await world.sync();
  for (const step of steps) {
    if (step.kind === 'open') ids.push(await world.open());
    else await take(step, ids);
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
