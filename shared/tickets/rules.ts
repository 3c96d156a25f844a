import { defaultDesk } from '../../config/tickets/desk.ts';
import { loadCalendar } from '../calendar/loaded.ts';
import type { Calendar } from '../calendar/working-days.ts';
import { deskInForce } from '../settings/desk-in-force.ts';
import { rememberFor } from '../settings/remember.ts';
import type { Settings } from '../store/settings.ts';
import type { Desk } from './desk.ts';

/** What decides about a ticket: the desk's rules and the days on which people work. */
export type Rules = { readonly desk: Desk; readonly calendar: Calendar };

/** The rules in force, read once a minute. */
export const rulesInForce = (settings: Settings, now: () => Date): (() => Promise<Rules>) =>
  rememberFor(now, async (at) => {
    const [{ calendar }, desk] = await Promise.all([
      loadCalendar(settings, at),
      deskInForce(settings, defaultDesk),
    ]);
    return { desk, calendar };
  });
