import { describe, expect, it } from 'vitest';
import { defaultDesk } from '../../config/tickets/desk.ts';
import type { Desk, RungTarget } from '../../shared/tickets/desk.ts';
import { resolveTargets } from '../../shared/tickets/targets.ts';
import { after, at, openedCase, owner, rule } from './cases.ts';

const now = at('2026-11-23 10:00');
const leave = [{ from: at('2026-11-20 00:00').toISOString(), until: at('2026-11-30 00:00').toISOString() }];

type Somebody = Parameters<typeof resolveTargets>[2]['people'][number];
const person = (name: string, role: string, department: string): Somebody => ({
  person: name === owner.name ? owner.person : `on_${name}`,
  name,
  roles: [role],
  departments: [department],
});
const company: readonly Somebody[] = [
  person(owner.name, '客服', '客服'),
  person('潘小雨', '客服组长', '客服'),
  person('唐若谷', '部门负责人', '客服'),
  person('闻人杰', '部门负责人', '法务'),
  person('霍大川', '部门负责人', '仓储'),
  person('冯知秋', '品控负责人', '品控'),
  person('周以安', '副总经理', '总经办'),
  person('林知夏', '总经理', '总经办'),
];
const without = (...names: readonly string[]): readonly Somebody[] =>
  company.filter(({ name }) => !names.includes(name));
const onLeave = (...names: readonly string[]): readonly Somebody[] =>
  company.map((each) => (names.includes(each.name) ? { ...each, leave } : each));

const ticket = after(openedCase({ openedAt: now, priority: 'P0' }).after, [
  { at: now, change: { do: 'assigned', to: owner, how: 'roundRobin' }, by: rule },
]).after;

const told = (
  targets: readonly RungTarget[],
  people: readonly Somebody[] = company,
  desk: Desk = defaultDesk,
): readonly string[] => resolveTargets(targets, ticket, { desk, people, now }).map(({ name }) => name);

describe('whom a rung tells', () => {
  it.each<readonly [RungTarget, string]>([
    ['owner', owner.name],
    ['lead', '潘小雨'],
    ['head', '唐若谷'],
    ['director', '周以安'],
    ['vp', '林知夏'],
    ['qaLead', '冯知秋'],
    ['legalLead', '闻人杰'],
    ['duty', '潘小雨'],
  ])('%s: %s', (target, name) => {
    expect(told([target])).toEqual([name]);
  });

  it('names everybody once', () => {
    expect(told(['lead', 'duty', 'qaLead', 'lead'])).toEqual(['潘小雨', '冯知秋']);
  });

  it.each<readonly [string, RungTarget, { people: readonly Somebody[]; names: readonly string[] }]>([
    ['an owner on leave', 'owner', { people: onLeave(owner.name), names: ['潘小雨'] }],
    ['an owner who has left', 'owner', { people: without(owner.name), names: ['潘小雨'] }],
    ['a lead on leave', 'lead', { people: onLeave('潘小雨'), names: ['唐若谷'] }],
    ['lead and head on leave', 'lead', { people: onLeave('潘小雨', '唐若谷'), names: ['周以安'] }],
    [
      'a team of whom all are on leave, its director too',
      'owner',
      { people: onLeave('潘小雨', owner.name, '唐若谷', '周以安'), names: ['林知夏'] },
    ],
    ['a head of QA on leave', 'qaLead', { people: onLeave('冯知秋'), names: ['周以安'] }],
    ['a vp on leave, who has nobody above', 'vp', { people: onLeave('林知夏'), names: ['林知夏'] }],
    [
      'everybody on leave',
      'lead',
      { people: onLeave(...company.map(({ name }) => name)), names: ['潘小雨'] },
    ],
    ['a directory that knows nobody', 'lead', { people: [], names: [] }],
  ])('%s is followed by the one above', (_, target, { people, names }) => {
    expect(told([target], people)).toEqual(names);
  });

  it('tells who is on duty now, the night of yesterday’s row included', () => {
    const row = (day: string, name: string) => ({
      day,
      team: 'care',
      person: `on_${name}`,
      name,
      from: '20:00',
      to: '28:00',
      sourceAgents: [],
      isDuty: true,
    });
    const desk = { ...defaultDesk, rota: [row('2026-11-22', '唐若谷'), row('2026-11-23', '潘小雨')] };
    const at2 = at('2026-11-23 02:00');
    const names = (when: Date) =>
      resolveTargets(['duty'], ticket, { desk, people: company, now: when }).map(({ name }) => name);
    expect(names(at2)).toEqual(['唐若谷']);
    expect(names(at('2026-11-23 21:00'))).toEqual(['潘小雨']);
    expect(names(at('2026-11-23 04:00'))).toEqual(['潘小雨']);
  });
});
