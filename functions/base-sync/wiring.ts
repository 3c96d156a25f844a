import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Admins, admins } from '../../config/admins.ts';
import { digestSender } from '../../config/senders.ts';
import { callBudget } from '../../shared/delivery/call-budget.ts';
import { feishuBitable } from '../../shared/feishu/bitable.ts';
import { onTopic } from '../../shared/feishu/client.ts';
import { feishuSenders, type SenderConfig } from '../../shared/feishu/senders.ts';
import { baseHomes } from '../../shared/store/base-home.ts';
import { baseRows } from '../../shared/store/base-rows.ts';
import { budgetRows } from '../../shared/store/budget.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import { leases } from '../../shared/store/leases.ts';
import { type Person, people } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { type Rules, rulesInForce } from '../../shared/tickets/rules.ts';
import { restoreRow } from './apply-edit.ts';
import type { DrainDeps } from './drain.ts';
import { inTurn } from './in-turn.ts';
import type { Sight } from './plan.ts';
import type { Ready } from './set-up.ts';

export type BaseEnv = Readonly<
  Record<'TICKETS_TABLE' | 'PEOPLE_TABLE' | 'SETTINGS_TABLE' | 'OPS_TABLE' | 'FEISHU_DOMAIN', string>
> & { readonly FEISHU_APPS: readonly SenderConfig[] };

/** open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-a-bot */
const botLink = (appId: string): string => `https://applink.feishu.cn/client/bot/open?appId=${appId}`;

const isOneOf =
  ({ roles, people: named }: Admins) =>
  ({ person, roles: own }: Person): boolean =>
    named.includes(person) || own.some((role) => roles.includes(role));

const sightIn =
  (rules: () => Promise<Rules>, { appId, now }: { readonly appId: string; readonly now: () => Date }) =>
  async ({ tables }: Ready): Promise<Sight> => {
    const { desk } = await rules();
    const keys = new Map(Object.entries(tables).map(([key, { tableId }]) => [tableId, key]));
    return {
      now: now(),
      teamName: (id) => desk.teams.find((team) => team.id === id)?.name ?? '',
      link: botLink(appId),
      keyOf: (tableId) => keys.get(tableId),
    };
  };

const now = (): Date => new Date();

/** Everything that a drainer needs; `settle` writes the calls that it made into the month's budget. */
export const wireBase = (
  env: BaseEnv,
): { readonly deps: Omit<DrainDeps, 'workMs'>; readonly settle: () => Promise<void> } => {
  const stores = { settings: settings(env.SETTINGS_TABLE), people: people(env.PEOPLE_TABLE) };
  const budget = callBudget({ rows: budgetRows(env.OPS_TABLE), settings: stores.settings });
  const { onCall } = budget;
  const senders = feishuSenders(env.FEISHU_APPS, { domain: env.FEISHU_DOMAIN, onCall });
  const client = onTopic(senders.bySender(digestSender), 'base');
  const rules = rulesInForce(stores.settings, now);
  const changing = { tickets: tickets(env.TICKETS_TABLE), rules, now };
  const rows = baseRows(env.TICKETS_TABLE);
  const queue = editQueue(env.TICKETS_TABLE);
  const deps = {
    ...{ rows, queue, changing, now },
    people: stores.people,
    bitable: feishuBitable(client),
    homes: baseHomes(env.OPS_TABLE),
    leases: leases(env.OPS_TABLE),
    holder: randomUUID(),
    managers: async () =>
      (await stores.people.listHere()).filter(isOneOf(admins)).map(({ person }) => person),
    sightOf: sightIn(rules, { appId: client.appId, now }),
    restore: async (row: Parameters<typeof restoreRow>[1]) => {
      await restoreRow({ changing, rows }, row);
    },
    readOthers: (_: unknown, edits: Parameters<DrainDeps['readOthers']>[1]) =>
      // Tables that nobody knows any more.
      inTurn(edits, (edit) => queue.finish(edit)),
    sleep: (ms: number) => wait(ms),
  };
  return { deps, settle: () => budget.settle(now()) };
};
