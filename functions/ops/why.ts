import * as z from 'zod';
import type { Alert } from '../../shared/alerts/definition.ts';
import type { Account } from '../../shared/broadcasts/account.ts';
import { postNameOf } from '../../shared/broadcasts/post-name.ts';
import { type Day, dayOf } from '../../shared/calendar/day.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { explainDelivery, type Step } from '../../shared/delivery/explain-delivery.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { explain } from '../../shared/digests/explain.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Alerts } from '../../shared/store/alerts.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Inbox } from '../../shared/store/inbox.ts';
import type { People, Person } from '../../shared/store/people.ts';
import type { Settings } from '../../shared/store/settings.ts';
import type { Windows } from '../../shared/store/windows.ts';
import { alertSteps, firingSubject } from './alert-steps.ts';
import { anyoneCalled, day } from './asked-person.ts';
import { questionSteps } from './question-steps.ts';

export type WhyDeps = {
  readonly releases: readonly Bundle[];
  readonly people: People;
  readonly deliveries: Deliveries;
  readonly windows: Windows;
  readonly settings: Settings;
  readonly inbox: Inbox;
  readonly alertDefinitions: readonly Alert[];
  readonly accounts: readonly Account[];
  readonly alerts: Pick<Alerts, 'listOf'>;
  /** Of our senders: a receipt of Feishu is kept under the app that got it. */
  readonly appIds: readonly string[];
};

type Occasion = { readonly person: Person; readonly on: Day; readonly now: Date };
type Told = { readonly subject: string; readonly name: string; readonly steps: readonly Step[] };

const names: Readonly<Record<string, string>> = {
  alert: '提醒',
  reply: '回复',
  menu: '菜单回复',
  welcome: '欢迎消息',
  joined: '入群说明',
  notice: '通知',
  post: '订阅号管理',
};

const nameOf = ({ accounts }: Pick<WhyDeps, 'accounts'>, subject: string): string =>
  postNameOf(accounts)(subject) ?? names[subject.split(':')[0] ?? ''] ?? '消息';

const tellRelease = async (deps: WhyDeps, release: Bundle, { person, on, now }: Occasion): Promise<Told> => {
  const subject = `digest:${release.id}:${on}`;
  const [window, delivery, { calendar, version: calendarVersion }] = await Promise.all([
    deps.windows.find(release.id, on),
    deps.deliveries.find({ subject, recipient: person.person }),
    // By the lists of that day's year, whenever it is asked.
    loadCalendar(deps.settings, new Date(`${on}T04:00:00Z`)),
  ]);
  const { isWorkday } = calendar;
  const question = { release, day: on, person, window, delivery, isWorkday, calendarVersion, now };
  return { subject, name: release.name, steps: explain(question) };
};

const tellDelivery = async (deps: WhyDeps, delivery: Delivery): Promise<Told> => {
  const { subject } = delivery;
  const name = nameOf(deps, subject);
  return {
    subject,
    name,
    steps: [...(await questionSteps(deps, subject)), ...explainDelivery(delivery, name)],
  };
};

const neverPlanned: Step = { code: 'never_planned', text: '没有为此人安排过这条消息' };

const tellSubject = async (deps: WhyDeps, subject: string, { person }: Occasion): Promise<Told> => {
  const delivery = await deps.deliveries.find({ subject, recipient: person.person });
  if (delivery) return tellDelivery(deps, delivery);
  const asked = await questionSteps(deps, subject);
  return { subject, name: nameOf(deps, subject), steps: [...asked, neverPlanned] };
};

const releaseOf = ({ releases }: WhyDeps, about: string, on: Day): Bundle | undefined =>
  releases.find(({ id, digests }) =>
    [id, `digest:${id}:${on}`, ...digests.map((digest) => digest.id)].includes(about),
  );

/** Everything of a person's day: what was planned for them, and each digest that wasn't. */
const tellDay = async (deps: WhyDeps, occasion: Occasion): Promise<readonly Told[]> => {
  const rows = await deps.deliveries.listOfPerson(occasion.person.person, occasion.on);
  const digests = deps.releases.map((release) => tellRelease(deps, release, occasion));
  const ofReleases = deps.releases.map(({ id }) => `digest:${id}:${occasion.on}`);
  const others = rows
    .filter(({ subject }) => !ofReleases.includes(subject))
    .toSorted((a, b) => a.plannedAt.localeCompare(b.plannedAt))
    .map((row) => tellDelivery(deps, row));
  return Promise.all([...digests, ...others]);
};

/** Each combination of values that the alert watches: what was decided, and what became of this person's card. */
const tellAlert = async (deps: WhyDeps, alert: Alert, occasion: Occasion): Promise<readonly Told[]> => {
  const rows = await deps.alerts.listOf(alert.id);
  if (rows.length === 0) {
    const silent: Step = { code: 'alert:no_points', text: `${alert.name}：还没有收到过指标` };
    return [{ subject: `alert:${alert.id}`, name: alert.name, steps: [silent] }];
  }
  return Promise.all(
    rows.map(async (row): Promise<Told> => {
      const subject = firingSubject(row);
      const key = { subject, recipient: occasion.person.person };
      const delivery = await deps.deliveries.find(key);
      const told = delivery ? explainDelivery(delivery, alert.name) : [];
      return { subject, name: alert.name, steps: [...alertSteps(alert, row, occasion), ...told] };
    }),
  );
};

const tell = (deps: WhyDeps, about: string | undefined, occasion: Occasion): Promise<readonly Told[]> => {
  if (about === undefined) return tellDay(deps, occasion);
  const release = releaseOf(deps, about, occasion.on);
  if (release) return tellRelease(deps, release, occasion).then((told) => [told]);
  const alert = deps.alertDefinitions.find(({ id }) => about === `alert:${id}`);
  return alert ? tellAlert(deps, alert, occasion) : tellSubject(deps, about, occasion).then((told) => [told]);
};

const outcomeOf = ({ steps }: Told): string => steps.findLast(({ detail }) => !detail)?.code ?? 'unknown';

/** Every decision that led to a send or no send, in order: the code for machines, the sentence for people. */
export const why = (deps: WhyDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      /** union_id, job number or name. */
      person: z.string().min(1),
      date: day.optional(),
      /** A release or digest, `alert:<id>`, any subject; absent: everything of that day. */
      about: z.string().min(1).optional(),
    }),
    async ({ person: wanted, date, about }, now): Promise<CommandReply> => {
      const person = await anyoneCalled(deps.people, wanted);
      const on = date ?? dayOf(now);
      const told = await tell(deps, about, { person, on, now });
      return {
        person: person.name,
        date: on,
        about: told.map((each) => ({
          subject: each.subject,
          name: each.name,
          outcome: outcomeOf(each),
          steps: each.steps.map(({ code, text }) => ({ code, text })),
        })),
      };
    },
  );
