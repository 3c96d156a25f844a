import type { Account } from '../../shared/broadcasts/account.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import { type Broadcast, workSubject } from '../../shared/broadcasts/broadcast.ts';
import type { Climb, Reached } from '../../shared/broadcasts/ladder.ts';
import { buildManagersCard, type Missing } from '../../shared/broadcasts/managers-card.ts';
import { type Day, dayOf } from '../../shared/calendar/day.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { planForDeliver } from '../../shared/delivery/plan.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { People, Person } from '../../shared/store/people.ts';

export type ManagersDeps = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly people: Pick<People, 'listHere'>;
};

export type Due = {
  readonly row: Reached;
  readonly climb: Climb;
  /** How many reminders of the ladder have arrived. */
  readonly reminded: number;
};
type OfPost = { readonly account: Account; readonly broadcast: Broadcast };

const prefix = 'managers-';

/** The last day whose list has left: whoever was due by then is on it. */
export const listedTill = ({ done }: Pick<Broadcast, 'done'>): Day | undefined =>
  done
    .filter((mark) => mark.startsWith(prefix))
    .map((mark) => mark.slice(prefix.length))
    .toSorted()
    .at(-1);

const missingOf = ({ row, reminded }: Due, person: Person): Missing => ({
  name: person.name,
  department: person.departments[0],
  readAt: row.readAt,
  reminded,
});

type List = { readonly to: Person; readonly why: string; readonly missing: Missing[] };

/** Everybody's own manager; whoever has none that can be reached is named to the editors. */
const listsOf = (here: readonly Person[], { account }: OfPost, due: readonly Due[]): readonly List[] => {
  const byId = new Map(here.map((person) => [person.person, person]));
  const lists = new Map<string, List>();
  const add = (to: Person, why: string, missing: Missing): void => {
    const list = lists.get(to.person) ?? { to, why, missing: [] };
    lists.set(to.person, list);
    list.missing.push(missing);
  };
  const editors = here.filter((one) => !one.notActivated && rightsOf(one, account, new Date(0)).isEditor);
  for (const each of due) {
    const person = byId.get(each.row.recipient);
    if (!person) continue;
    const leader = byId.get(person.leader ?? '');
    const missing = missingOf(each, person);
    if (leader && !leader.notActivated) add(leader, '你是他们的直属上级', missing);
    else
      for (const editor of editors) add(editor, `${account.name}的编辑，他们没有可通知的直属上级`, missing);
  }
  return [...lists.values()];
};

/** One card per manager with their own people. The mark that says so; `undefined` when nobody is due. */
export const tellManagers =
  ({ deliveries, contents, people }: ManagersDeps) =>
  async (of: OfPost, due: readonly Due[], now: Date): Promise<string | undefined> => {
    const day = due
      .map(({ climb }) => dayOf(climb.at))
      .toSorted()
      .at(-1);
    if (day === undefined) return undefined;
    const mark = `${prefix}${day}`;
    const subject = workSubject(of.broadcast, mark);
    await someAtOnce(listsOf(await people.listHere(), of, due), async ({ to, why, missing }) => {
      const key = { subject, recipient: to.person };
      const card = buildManagersCard({ ...of, missing, why }, key);
      const kept = await keepCard(contents)(card, { id: deliveryElementId(subject, to.person) });
      const address = { receiveIdType: 'union_id', receiveId: to.person } as const;
      const wish = { ...key, ...address, ...kept, sender: of.account.sender, eventAt: now };
      await planForDeliver(deliveries)(wish, now);
    });
    return mark;
  };
