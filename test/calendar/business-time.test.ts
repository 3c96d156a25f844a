import { describe, expect, it } from 'vitest';
import { calendars } from '../../config/tickets/calendars.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { teamTime, wallTime } from '../../shared/calendar/business-time.ts';
import { clockTime, dayOf } from '../../shared/calendar/day.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { type TeamCalendar, teamCalendarSchema } from '../../shared/tickets/desk.ts';

const calendar = calendarOf(builtInYears);

/** `2026-02-14 16:00` in Shanghai. */
const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);
const shown = (instant: number | undefined): string =>
  instant === undefined ? 'never' : `${dayOf(instant)} ${clockTime(instant)}`;
const pause = (from: string, to: string) => ({ from: at(from), to: at(to) });

const team = (id: string): TeamCalendar => {
  const found = calendars.find((each) => each.id === id);
  if (!found) throw new Error(`no calendar ${id}`);
  return found;
};
const calendarWith = (fields: object): TeamCalendar =>
  teamCalendarSchema.parse({
    id: 'test',
    name: 'test',
    days: { on: 'workdays' },
    intervals: [{ from: '09:00', to: '18:00' }],
    ...fields,
  });
const due = (
  of: TeamCalendar,
  [start, minutes]: readonly [string, number],
  breaks: { from: number; to: number }[] = [],
) => shown(teamTime(of, calendar).add(at(start), minutes, breaks));

describe('deadlines of an office (09:00–12:00, 13:30–18:00, 调休)', () => {
  it.each([
    ['2026-02-14 16:00', 240, '2026-02-24 11:00', 'a worked Saturday, then the whole Spring Festival'],
    ['2026-02-13 17:30', 60, '2026-02-14 09:30', 'Saturday is worked'],
    ['2026-09-30 17:00', 120, '2026-10-08 10:00', 'golden week'],
    ['2026-10-09 17:30', 120, '2026-10-10 10:30', 'the worked Saturday after golden week'],
    ['2026-05-08 11:50', 30, '2026-05-08 13:50', 'lunch'],
    ['2026-01-01 10:00', 30, '2026-01-04 09:30', 'Sunday is worked'],
    ['2026-03-02 17:00', 60, '2026-03-02 18:00', 'a closing minute stays the deadline'],
    ['2026-03-02 09:00', 180, '2026-03-02 12:00', 'so does the beginning of lunch'],
    ['2026-03-02 20:00', 0, '2026-03-02 20:00', 'nothing to wait for is over at once'],
  ])('%s and %i minutes → %s: %s', (start, minutes, expected) => {
    expect(due(team('office'), [start, minutes])).toBe(expected);
  });

  it('leaves a pause across the night out', () => {
    const breaks = [pause('2026-03-02 10:30', '2026-03-03 10:00')];
    expect(due(team('office'), ['2026-03-02 09:30', 240], breaks)).toBe('2026-03-03 14:30');
  });
});

describe('deadlines of teams with hours of their own', () => {
  it.each([
    ['care', '2026-12-11 23:30', 120, '2026-12-12 01:30', '大促 until two in the morning'],
    ['care', '2026-12-12 03:00', 30, '2026-12-12 08:30', 'between the shifts of 大促'],
    ['care', '2026-12-10 23:30', 60, '2026-12-11 08:30', 'the evening before 大促 ends at midnight'],
    ['care', '2026-12-14 01:00', 90, '2026-12-14 09:00', '大促 of the 13th ends on the 14th at two'],
    ['warehouse', '2026-12-05 17:30', 240, '2026-12-07 12:00', 'Saturday to Monday, ends when lunch begins'],
    ['warehouse', '2026-10-02 10:00', 60, '2026-10-08 09:30', 'a named day off is off on a weekday too'],
    ['warehouse', '2026-09-20 10:00', 60, '2026-09-21 09:30', 'its Sunday stays a Sunday'],
  ])('%s: %s and %i minutes → %s: %s', (...[id, start, minutes, expected]) => {
    expect(due(team(id), [start, minutes])).toBe(expected);
  });

  it('does not count the minutes in which the warehouse waited for the customer', () => {
    const breaks = [pause('2026-12-07 11:50', '2026-12-07 14:10')];
    expect(due(team('warehouse'), ['2026-12-07 10:00', 240], breaks)).toBe('2026-12-07 16:20');
  });

  it('works through days off when the calendar says so', () => {
    const days = { on: 'weekly', weekdays: [1, 2, 3, 4, 5, 6], holidays: 'work' };
    expect(due(calendarWith({ days }), ['2026-10-02 10:00', 60])).toBe('2026-10-02 11:00');
  });

  it('counts an hour that two days share once', () => {
    const night = calendarWith({ days: { on: 'everyday' }, intervals: [{ from: '06:00', to: '30:00' }] });
    expect(due(night, ['2026-03-02 05:00', 24 * 60])).toBe('2026-03-03 05:00');
    const late = calendarWith({ days: { on: 'everyday' }, intervals: [{ from: '05:00', to: '30:00' }] });
    expect(due(late, ['2026-03-02 05:00', 24 * 60])).toBe('2026-03-03 05:00');
  });

  it('never comes when the calendar has closed for good, or nobody ends the pause', () => {
    const overrides = [{ from: '2026-03-03', to: '2099-12-31', intervals: [], why: 'closed' }];
    expect(due(calendarWith({ overrides }), ['2026-03-02 17:00', 61])).toBe('never');
    expect(due(calendarWith({ overrides }), ['2026-03-02 17:00', 60])).toBe('2026-03-02 18:00');
    expect(
      due(calendarWith({}), ['2026-03-02 17:00', 61], [{ from: at('2026-03-02 18:00'), to: Infinity }]),
    ).toBe('never');
  });
});

describe('minutes between two instants', () => {
  const office = teamTime(team('office'), calendar);

  it('counts hours of work only', () => {
    expect(office.minutesBetween(at('2026-02-14 16:00'), at('2026-02-24 11:00'))).toBe(240);
    expect(office.minutesBetween(at('2026-03-02 11:00'), at('2026-03-02 14:00'))).toBe(90);
    expect(office.minutesBetween(at('2026-03-02 14:00'), at('2026-03-02 11:00'))).toBe(0);
  });

  it('leaves pauses out, those that overlap or are still going on too', () => {
    const breaks = [
      pause('2026-03-02 10:00', '2026-03-02 11:00'),
      pause('2026-03-02 09:30', '2026-03-02 10:30'),
      { from: at('2026-03-02 17:00'), to: Infinity },
    ];
    expect(office.minutesBetween(at('2026-03-02 09:00'), at('2026-03-03 12:00'), breaks)).toBe(30 + 60 + 210);
  });

  it('counts natural time by the wall', () => {
    const breaks = [pause('2026-03-02 10:00', '2026-03-02 11:00')];
    expect(wallTime.minutesBetween(at('2026-03-02 09:00'), at('2026-03-02 12:00'), breaks)).toBe(120);
    expect(shown(wallTime.add(at('2026-03-02 09:00'), 90, breaks))).toBe('2026-03-02 11:30');
  });
});

describe('a year whose days off nobody has loaded', () => {
  it('makes deadlines provisional for those whose days off it would name', () => {
    const [before, after] = [at('2026-12-31 17:00'), at('2027-01-04 10:00')];
    expect(teamTime(team('office'), calendar).isProvisional(before, after)).toBe(true);
    expect(teamTime(team('warehouse'), calendar).isProvisional(before, after)).toBe(true);
    expect(teamTime(team('office'), calendar).isProvisional(before, before)).toBe(false);
    expect(teamTime(team('care'), calendar).isProvisional(before, after)).toBe(false);
  });
});
