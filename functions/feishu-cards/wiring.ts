import * as z from 'zod/mini';
import { allAccounts } from '../../config/accounts/all.ts';
import { readEnv } from '../../shared/config.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { people } from '../../shared/store/people.ts';
import { reviews } from '../../shared/store/reviews.ts';
import { settings } from '../../shared/store/settings.ts';
import { ticketKeys } from '../../shared/store/ticket-keys.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { redrawFor } from '../../shared/tickets/redraw.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { whoIsHere } from '../../shared/tickets/who-is-here.ts';
import type { ActInTimeDeps } from './act.ts';
import type { PostActDeps } from './post-steps.ts';
import type { SettingClickDeps } from './setting-approval.ts';
import type { TicketActDeps } from './ticket-act.ts';

const name = z.string().check(z.minLength(1));
const envShape = {
  SEAL_KEYS: sealKeysSchema,
  CARD_ANSWER: z.enum(['card', 'toastThenPatch']),
  DIGESTS_TABLE: name,
  INBOX_TABLE: name,
  DELIVERIES_TABLE: name,
  CONTENTS_TABLE: name,
  TICKETS_TABLE: name,
  PEOPLE_TABLE: name,
  SETTINGS_TABLE: name,
  BROADCASTS_TABLE: name,
};

type Clicks = {
  readonly followUps: ActInTimeDeps;
  readonly tickets: TicketActDeps;
  readonly settings: SettingClickDeps;
  readonly posts: PostActDeps;
};

/** What clicks on follow-ups, tickets, changes of settings and posts need, from the environment. */
export const wiring = (): Clicks => {
  const env = readEnv(envShape);
  const now = (): Date => new Date();
  const both = {
    answerWithinMs: 2_400,
    deliveries: deliveries(env.DELIVERIES_TABLE),
    contents: contents(env.CONTENTS_TABLE),
    seal: seals(env.SEAL_KEYS).seal,
    cardAnswer: env.CARD_ANSWER,
    now,
  };
  const reads = {
    tickets: tickets(env.TICKETS_TABLE),
    keys: ticketKeys(env.TICKETS_TABLE),
    rules: rulesInForce(settings(env.SETTINGS_TABLE), now),
    people: whoIsHere(people(env.PEOPLE_TABLE), now),
  };
  return {
    followUps: { ...both, followUps: followUps({ digests: env.DIGESTS_TABLE, inbox: env.INBOX_TABLE }) },
    tickets: { ...both, ...reads, inbox: inbox(env.INBOX_TABLE), redraw: redrawFor({ ...reads, now }) },
    posts: {
      ...{ ...both, accounts: allAccounts, people: reads.people },
      broadcasts: broadcasts(env.BROADCASTS_TABLE),
      inbox: inbox(env.INBOX_TABLE),
    },
    settings: { ...both, reviews: reviews({ settings: env.SETTINGS_TABLE, inbox: env.INBOX_TABLE }) },
  };
};
