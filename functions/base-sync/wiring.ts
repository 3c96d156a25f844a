import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Admins, admins, settingApprovers } from '../../config/admins.ts';
import { digestSender } from '../../config/senders.ts';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { callBudget } from '../../shared/delivery/call-budget.ts';
import { feishuBitable } from '../../shared/feishu/bitable.ts';
import { onTopic } from '../../shared/feishu/client.ts';
import { type SenderConfig } from '../../shared/feishu/sender-configs.ts';
import { feishuSenders } from '../../shared/feishu/senders.ts';
import { seals } from '../../shared/seal.ts';
import { deskInForce } from '../../shared/settings/desk-in-force.ts';
import type { Known } from '../../shared/settings/known.ts';
import { baseHomes } from '../../shared/store/base-home.ts';
import { baseRows } from '../../shared/store/base-rows.ts';
import { budgetRows } from '../../shared/store/budget.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import { leases } from '../../shared/store/leases.ts';
import { type People, type Person, people } from '../../shared/store/people.ts';
import { recounts } from '../../shared/store/recounts.ts';
import { reviews } from '../../shared/store/reviews.ts';
import { type Settings, settings } from '../../shared/store/settings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { rowSightOf } from '../../shared/tickets/base-fields.ts';
import { type Rules, rulesInForce } from '../../shared/tickets/rules.ts';
import { restoreRow } from './apply-edit.ts';
import type { DrainDeps } from './drain.ts';
import type { Sight } from './plan.ts';
import type { RecountDeps } from './recount.ts';
import type { Ready } from './set-up.ts';
import { readSettingsEdits } from './settings-edits.ts';

export type BaseEnv = Readonly<
  Record<`${'TICKETS' | 'PEOPLE' | 'SETTINGS' | 'OPS' | 'INBOX'}_TABLE` | 'FEISHU_DOMAIN', string>
> & { readonly FEISHU_APPS: readonly SenderConfig[]; readonly SEAL_KEYS: readonly Buffer[] };

const isOneOf =
  ({ roles, people: named }: Admins) =>
  ({ person, roles: own }: Person): boolean =>
    named.includes(person) || own.some((role) => roles.includes(role));

const sightIn =
  (rules: () => Promise<Rules>, { appId, now }: { readonly appId: string; readonly now: () => Date }) =>
  async ({ tables }: Ready): Promise<Sight> => {
    const { desk } = await rules();
    const keys = new Map(Object.entries(tables).map(([key, { tableId }]) => [tableId, key]));
    return { ...rowSightOf(desk, appId, now()), keyOf: (tableId) => keys.get(tableId) };
  };

const now = (): Date => new Date();

/** What a row of settings may name, as it is at this moment: whoever edits two tables in a row has just made the first. */
const knownIn =
  ({ settings: rows, people: everybody }: { readonly settings: Settings; readonly people: People }) =>
  async (): Promise<Known> => {
    const [desk, here] = await Promise.all([deskInForce(rows, defaultDesk), everybody.listHere()]);
    return { desk, people: here, now: now() };
  };

const managersIn =
  ({ people: everybody }: { readonly people: People }) =>
  async (): Promise<readonly string[]> =>
    (await everybody.listHere()).filter(isOneOf(admins)).map(({ person }) => person);

type Wired = {
  readonly deps: Omit<DrainDeps, 'workMs' | 'patienceMs'>;
  readonly recount: RecountDeps;
  readonly settle: () => Promise<void>;
};

/** Everything that a drainer needs; `settle` writes the calls that it made into the month's budget. */
export const wireBase = (env: BaseEnv): Wired => {
  const stores = { settings: settings(env.SETTINGS_TABLE), people: people(env.PEOPLE_TABLE) };
  const budget = callBudget({ rows: budgetRows(env.OPS_TABLE), settings: stores.settings });
  const { onCall } = budget;
  const senders = feishuSenders(env.FEISHU_APPS, { domain: env.FEISHU_DOMAIN, onCall });
  const client = onTopic(senders.bySender(digestSender), 'base');
  const rules = rulesInForce(stores.settings, now);
  const changing = { tickets: tickets(env.TICKETS_TABLE), rules, now };
  const rows = baseRows(env.TICKETS_TABLE);
  const bitable = feishuBitable(client);
  const queue = editQueue(env.TICKETS_TABLE);
  const recounting = recounts(env.OPS_TABLE);
  const deps = {
    ...{ rows, queue, changing, now },
    people: stores.people,
    bitable,
    homes: baseHomes(env.OPS_TABLE),
    leases: leases(env.OPS_TABLE),
    holder: randomUUID(),
    managers: managersIn(stores),
    sightOf: sightIn(rules, { appId: client.appId, now }),
    restore: async (row: Parameters<typeof restoreRow>[1]) => {
      await restoreRow({ changing, rows }, row);
    },
    readOthers: readSettingsEdits({
      ...{ bitable, edits: queue, approvers: settingApprovers, sender: digestSender },
      settings: stores.settings,
      reviews: reviews({ settings: env.SETTINGS_TABLE, inbox: env.INBOX_TABLE }),
      recounts: recounting,
      known: knownIn(stores),
      seal: seals(env.SEAL_KEYS).seal,
    }),
    level: async (at: Date) => (await budget.standing(at)).level,
    sleep: (ms: number) => wait(ms),
  };
  const recount = { changing, recounts: recounting, tickets: changing.tickets };
  return { deps, recount, settle: () => budget.settle(now()) };
};
