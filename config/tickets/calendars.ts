import * as z from 'zod';
import { parse } from '../../shared/parse.ts';
import { teamCalendarSchema } from '../../shared/tickets/desk.ts';

/** When each team works. */
export const calendars = parse(z.array(teamCalendarSchema), [
  {
    id: 'care',
    name: '客服',
    days: { on: 'everyday' },
    intervals: [{ from: '08:30', to: '24:00' }],
    overrides: [
      { from: '2026-12-11', to: '2026-12-13', intervals: [{ from: '08:00', to: '26:00' }], why: '双12' },
    ],
  },
  {
    id: 'warehouse',
    name: '仓储',
    days: { on: 'weekly', weekdays: [1, 2, 3, 4, 5, 6], holidays: 'off' },
    intervals: [
      { from: '08:30', to: '12:00' },
      { from: '13:00', to: '18:00' },
    ],
  },
  {
    id: 'office',
    name: '品控、产品、法务、财务',
    days: { on: 'workdays' },
    intervals: [
      { from: '09:00', to: '12:00' },
      { from: '13:30', to: '18:00' },
    ],
  },
  { id: 'qa-duty', name: '品控值班', days: { on: 'everyday' }, intervals: [{ from: '08:00', to: '24:00' }] },
]);
