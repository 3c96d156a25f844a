import type { Account } from '../../shared/broadcasts/account.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { buildCadenceCard } from '../../shared/broadcasts/cadence-card.ts';
import { atTime, dayOf } from '../../shared/calendar/day.ts';
import type { Calendar } from '../../shared/calendar/working-days.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { planForDeliver } from '../../shared/delivery/plan.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { People } from '../../shared/store/people.ts';

export type CadenceDeps = {
  readonly broadcasts: Pick<Broadcasts, 'listOfAccount'>;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly people: Pick<People, 'listHere'>;
  readonly accounts: readonly Account[];
  readonly calendar: (now: Date) => Promise<Calendar>;
};

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Off the hour, when Feishu refuses most. */
const asksAt = '10:02';
/** A tick may be missed: the first ones of ten minutes look. */
const lookMs = 10 * minuteMs;

const isTurn = async ({ calendar }: CadenceDeps, now: Date): Promise<boolean> => {
  const passed = now.getTime() - atTime(dayOf(now), asksAt).getTime();
  return passed >= 0 && passed < lookMs && (await calendar(now)).isWorkday(dayOf(now));
};

const sentAt = ({ startedAt = '' }: Broadcast): string => startedAt;

/** The last one that went out; an account that never had one has no cadence yet. */
const lastSent = (posts: readonly Broadcast[]): Broadcast | undefined =>
  posts
    .filter((post) => sentAt(post) !== '')
    .toSorted((a, b) => (sentAt(a) < sentAt(b) ? -1 : 1))
    .at(-1);

const remindEditors = async (
  deps: CadenceDeps,
  account: Account,
  { last, now }: { readonly last: Broadcast; readonly now: Date },
): Promise<number> => {
  const days = Math.floor((now.getTime() - Date.parse(sentAt(last))) / dayMs);
  if (days <= account.cadenceDays) return 0;
  // Named after the last post: once for each silence.
  const subject = `post:${last.broadcast}:silence`;
  const editors = (await deps.people.listHere()).filter(
    (person) => !person.notActivated && rightsOf(person, account, now).isEditor,
  );
  let planned = 0;
  for (const { person } of editors) {
    const id = deliveryElementId(subject, person);
    const kept = await keepCard(deps.contents)(buildCadenceCard({ account, last, days }, id), { id });
    const to = { recipient: person, receiveIdType: 'union_id', receiveId: person } as const;
    const wish = { subject, sender: account.sender, ...to, ...kept, eventAt: now };
    if (await planForDeliver(deps.deliveries)(wish, now)) planned += 1;
  }
  return planned;
};

const lookAt = async (deps: CadenceDeps, account: Account, now: Date): Promise<number> => {
  try {
    const last = lastSent(await deps.broadcasts.listOfAccount(account.id));
    return last ? await remindEditors(deps, account, { last, now }) : 0;
  } catch (error) {
    // The next tick looks again, and it keeps no other account back.
    log.error('cadence_broken', { account: account.id, ...errorFields(error) });
    return 0;
  }
};

/** No post for longer than the account's cadence: its editors hear of it once, at 10:02 of a working day. How many were told. */
export const remindOfCadence =
  (deps: CadenceDeps) =>
  async (now: Date): Promise<number> => {
    if (!(await isTurn(deps, now))) return 0;
    let planned = 0;
    for (const account of deps.accounts) planned += await lookAt(deps, account, now);
    return planned;
  };
