import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { people } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { ticketKeys } from '../../shared/store/ticket-keys.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { whoIsHere } from '../../shared/tickets/who-is-here.ts';
import { showBoards } from './boards.ts';
import { drainUnassigned } from './drain.ts';
import { tellLists } from './lists.ts';
import { runSteps } from './steps.ts';
import { sweepDue } from './sweep.ts';
import { tellWiring } from './tell-wiring.ts';
import { tellUnassigned } from './unassigned.ts';

const env = readEnv({
  TICKETS_TABLE: z.string().min(1),
  PEOPLE_TABLE: z.string().min(1),
  SETTINGS_TABLE: z.string().min(1),
});

const now = (): Date => new Date();
const deps = {
  tickets: tickets(env.TICKETS_TABLE),
  keys: ticketKeys(env.TICKETS_TABLE),
  people: whoIsHere(people(env.PEOPLE_TABLE), now),
  rules: rulesInForce(settings(env.SETTINGS_TABLE), now),
  now,
};

const tells = tellWiring(deps);

const run = runSteps({
  due: sweepDue(deps),
  drain: drainUnassigned(deps),
  lists: tellLists(tells),
  nobody: tellUnassigned(tells),
  boards: showBoards(tells),
});

export const handler = (): Promise<unknown> => tick('tickets_swept', run).finally(tells.settle);
