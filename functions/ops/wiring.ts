import { setTimeout as wait } from 'node:timers/promises';
import { allAccounts } from '../../config/accounts/all.ts';
import { admins } from '../../config/admins.ts';
import { allAlerts } from '../../config/alerts/all.ts';
import { releases } from '../../config/bundles.ts';
import { biQueries } from '../../config/queries/bi.ts';
import { digestSender, senders } from '../../config/senders.ts';
import { type Budget, callBudget } from '../../shared/delivery/call-budget.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { feishuBitable } from '../../shared/feishu/bitable.ts';
import { type FeishuClient, feishuClient, onTopic } from '../../shared/feishu/client.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { patientClient } from '../../shared/feishu/patience.ts';
import type { SenderConfig } from '../../shared/feishu/sender-configs.ts';
import { alerts } from '../../shared/store/alerts.ts';
import { baseHomes } from '../../shared/store/base-home.ts';
import { baseRows } from '../../shared/store/base-rows.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { budgetRows } from '../../shared/store/budget.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { leases } from '../../shared/store/leases.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { people } from '../../shared/store/people.ts';
import { putReceiptTo } from '../../shared/store/put-receipt.ts';
import { recounts } from '../../shared/store/recounts.ts';
import { reviews } from '../../shared/store/reviews.ts';
import { settings } from '../../shared/store/settings.ts';
import { sightings } from '../../shared/store/sightings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { windows } from '../../shared/store/windows.ts';
import { pastRules } from '../../shared/tickets/past-rules.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import type { OpsDeps } from './commands.ts';
import { appsOf, type RawSecrets } from './secret-checks.ts';
import { topics } from './setting-commands.ts';

type Table =
  | 'INBOX'
  | 'SETTINGS'
  | 'PEOPLE'
  | 'DELIVERIES'
  | 'CONTENTS'
  | 'DIGESTS'
  | 'METRICS'
  | 'OPS'
  | 'TICKETS'
  | 'BROADCASTS';
export type OpsEnv = RawSecrets & Readonly<Record<`${Table}_TABLE`, string>>;

type Surroundings = Readonly<Record<string, string | undefined>>;

/** Where DynamoDB answers; AWS China has its own domain. */
const dynamoDbUrlFrom = ({ AWS_ENDPOINT_URL_DYNAMODB, AWS_REGION = '' }: Surroundings): string =>
  AWS_ENDPOINT_URL_DYNAMODB ??
  `https://dynamodb.${AWS_REGION}.amazonaws.com${AWS_REGION.startsWith('cn-') ? '.cn' : ''}`;

const storesIn = (env: OpsEnv) => ({
  inbox: inbox(env.INBOX_TABLE),
  settings: settings(env.SETTINGS_TABLE),
  reviews: reviews({ settings: env.SETTINGS_TABLE }),
  people: people(env.PEOPLE_TABLE),
  deliveries: deliveries(env.DELIVERIES_TABLE),
  contents: contents(env.CONTENTS_TABLE),
  windows: windows(env.DIGESTS_TABLE),
  alerts: alerts(env.DIGESTS_TABLE),
  broadcasts: broadcasts(env.BROADCASTS_TABLE),
  metrics: metrics(env.METRICS_TABLE),
  sightings: sightings(env.OPS_TABLE),
  rows: budgetRows(env.OPS_TABLE),
  tickets: tickets(env.TICKETS_TABLE),
  baseRows: baseRows(env.TICKETS_TABLE),
  edits: editQueue(env.TICKETS_TABLE),
  homes: baseHomes(env.OPS_TABLE),
  leases: leases(env.OPS_TABLE),
  recounts: recounts(env.OPS_TABLE),
});

/** An app's client whose calls are counted. */
const counted =
  (domain: string, { onCall }: Pick<Budget, 'onCall'>) =>
  ({ sender, appId, appSecret }: SenderConfig): FeishuClient =>
    feishuClient({
      appId,
      appSecret,
      domain,
      timeoutMs: 5_000,
      onCall: (request, outcome) => {
        onCall(sender, request, outcome);
      },
    });

const patiently = (client: FeishuClient): FeishuClient =>
  patientClient(client, { withinMs: 5_000, sleep: wait, now: Date.now });

/** What config/ says. */
const configured = {
  ...{ releases, senders, topics, admins },
  alertDefinitions: allAlerts,
  accounts: allAccounts,
  mainSender: digestSender,
};

/** Everything that the commands need; `settle` writes the calls that they made into the month's budget. */
export const wireOps = (
  env: OpsEnv,
  surroundings: Surroundings,
): { readonly deps: OpsDeps; readonly settle: () => Promise<void> } => {
  const stores = storesIn(env);
  const budget = callBudget(stores);
  const rules = rulesInForce(stores.settings, () => new Date());
  const apps = appsOf({ secrets: env });
  const clientOf = counted(env.FEISHU_DOMAIN, budget);
  const clientNamed = (wanted: string): FeishuClient => {
    const app = apps.find(({ sender }) => sender === wanted);
    if (app) return clientOf(app);
    throw new NotFoundError('sender_unknown', 'FEISHU_APPS has no app for this sender');
  };
  return {
    settle: () => budget.settle(new Date()),
    deps: {
      ...stores,
      rules,
      pastRules: pastRules(stores.settings, rules),
      ...configured,
      queries: { bi: Object.keys(biQueries.queries) },
      secrets: env,
      appIds: apps.map(({ appId }) => appId),
      clientOf,
      messagesOf: (sender) => feishuMessages(clientNamed(sender)),
      bitable: () => feishuBitable(patiently(onTopic(clientNamed(digestSender), 'base'))),
      mainAppId: () => clientNamed(digestSender).appId,
      standing: budget.standing,
      putReceipt: putReceiptTo(env.INBOX_TABLE, surroundings),
      feishuUrl: env.FEISHU_DOMAIN,
      dynamoDbUrl: dynamoDbUrlFrom(surroundings),
    },
  };
};
