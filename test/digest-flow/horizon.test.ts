import { describe, expect, it, vi } from 'vitest';
import type { Admins } from '../../config/admins.ts';
import { warnOfHorizon } from '../../functions/digest/horizon.ts';
import { calendarSetting } from '../../shared/calendar/loaded.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { localMorning } from './morning.ts';

const morning = localMorning('2026-11-23');
const at = (time: string): Date => new Date(`2026-11-23T${time}+08:00`);

/** Whoever would get the notice at that moment gets it; answers how many did. */
const tell = (now: Date, admins: Admins = { roles: ['直达管理员'], people: [] }): Promise<number> => {
  morning.clock.set(now.toISOString());
  const { sending } = morning.out();
  const deps = { ...morning.invocation([]), admins };
  return warnOfHorizon({ ...deps, sendNow: sendNow({ ...sending, now: morning.clock.now }) })(now);
};

const year2027 = {
  year: 2027,
  source: 'test',
  holidays: ['01-01', '05-01', '10-01'].map((day) => ({ day: `2027-${day}`, name: '假日' })),
  workdays: [],
};

describe('38 days before the last loaded day', () => {
  it('nobody is told outside office hours', async () => {
    expect(await tell(at('09:31:00'))).toBe(0);
    expect(await tell(at('10:32:00'))).toBe(0);
  });

  it('the administrator, and nobody else, is told once that day, whatever ticks', async () => {
    expect(await tell(at('09:32:00'))).toBe(1);
    expect(await tell(at('09:33:00'))).toBe(0);
    expect(morning.screenOf('许念', '节假日安排待导入')).toHaveLength(1);
    expect(morning.screenOf('许念')[0]).toContain('2027年放假安排未导入');
    expect(morning.messagesOnAllScreens()).toBe(1);
  });

  it('what could not be sent by 18:00 that day is not sent any more', async () => {
    const notice = await morning.rowOf('notice:calendar-2026-11-23', '许念');
    expect(notice?.validUntil).toBe('2026-11-23T10:00:00.000Z');
  });

  it('somebody without the role is told who is listed by union_id', async () => {
    const { person } = await morning.person('林知夏');
    const on = at('09:34:00');
    expect(await tell(on, { roles: ['直达管理员'], people: [person] })).toBe(1);
    expect(morning.screenOf('林知夏', '节假日安排待导入')).toHaveLength(1);
    expect(morning.messagesOnAllScreens()).toBe(2);
  });

  it('and nobody to tell, the log says so once per tick', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const heard = (): number =>
      write.mock.calls.filter(([line]) => String(line).includes('"horizon_nobody_to_tell"')).length;
    const before = heard();
    expect(await tell(at('09:35:00'), { roles: ['院长'], people: ['on_nobody'] })).toBe(0);
    expect(heard()).toBe(before + 1);
  });

  it('the next day it is told again, until the year is loaded', async () => {
    const tomorrow = new Date(at('09:40:00').getTime() + 86_400_000);
    expect(await tell(tomorrow)).toBe(1);
    const change = { value: year2027, changedBy: 'test', now: tomorrow };
    await morning.out().settings.append(calendarSetting(2027), change);
    expect(await tell(new Date(tomorrow.getTime() + 86_400_000))).toBe(0);
    expect(morning.messagesOnAllScreens()).toBe(3);
  });
});
