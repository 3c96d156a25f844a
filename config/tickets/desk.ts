import { parse } from '../../shared/parse.ts';
import { deskSchema } from '../../shared/tickets/desk.ts';
import { calendars } from './calendars.ts';
import { batchBudgets, ladder, policies } from './policies.ts';
import { routing } from './routing.ts';
import { askTeams, defaultTeam, leaders, teams } from './teams.ts';

/** What is in force until somebody changes it in the Base 「直达·设置」. */
export const defaultDesk = parse(deskSchema, {
  version: 'default',
  teams,
  leaders,
  askTeams,
  defaultTeam,
  calendars,
  policies,
  batch: batchBudgets,
  ladder,
  routing,
  rota: [],
  promotionCap: 40,
});
