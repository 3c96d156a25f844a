import { releases } from '../../config/bundles.ts';
import { loadCalendar } from '../calendar/loaded.ts';
import { nextRelease } from '../digests/window.ts';
import type { Settings } from '../store/settings.ts';
import type { HoldDeps } from './hold.ts';
import { remembered } from './remembered.ts';

/** The first release is the one that carries what waits: the morning card. */
const [bundle] = releases;

/** When it next leaves, by the calendar in force. */
export const nextBundle = (settings: Settings): HoldDeps['nextBundle'] => {
  const calendars = remembered((today) => loadCalendar(settings, new Date(today)));
  return async (after) => {
    if (!bundle) return undefined;
    const { calendar } = await calendars(after.toISOString().slice(0, 10), after.getTime());
    return nextRelease(bundle, after, calendar.isWorkday);
  };
};
