import { type BusinessTime, teamTime, wallTime } from '../calendar/business-time.ts';
import type { Calendar } from '../calendar/working-days.ts';
import type { TeamCalendar } from './desk.ts';
import type { Rules } from './rules.ts';

const known = new WeakMap<Calendar, WeakMap<TeamCalendar, BusinessTime>>();

const timeOfTeam = (calendar: Calendar, team: TeamCalendar): BusinessTime => {
  const ofCalendar = known.get(calendar) ?? new WeakMap<TeamCalendar, BusinessTime>();
  known.set(calendar, ofCalendar);
  const time = ofCalendar.get(team) ?? teamTime(team, calendar);
  ofCalendar.set(team, time);
  return time;
};

/** The time that a budget counts. A calendar that nobody knows is natural time: too early is better than never. */
export const timeOf = ({ desk, calendar }: Rules, id: string): BusinessTime => {
  const team = desk.calendars.find((each) => each.id === id);
  return team ? timeOfTeam(calendar, team) : wallTime;
};
