import type { Admins } from '../../config/admins.ts';
import { atTime, clockTime, dayOf } from '../../shared/calendar/day.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Person } from '../../shared/store/people.ts';
import type { DigestDeps } from './release.ts';

export type HorizonDeps = Pick<DigestDeps, 'calendar' | 'people' | 'deliveries' | 'contents' | 'sender'> & {
  readonly admins: Admins;
  readonly sendNow: (wish: Wish) => Promise<Ending>;
};

/** Office hours, off the full hour: the tick of one of these minutes sends it, the others find it sent. */
const tellFrom = '09:32';
const tellUntil = '10:32';
/** A notice that met a limit or a stop is not sent after work; tomorrow brings the next. */
const sendUntil = '18:00';

const tell = async (
  deps: HorizonDeps,
  admin: Person,
  { text, now }: { text: string; now: Date },
): Promise<boolean> => {
  const key = { subject: `notice:calendar-${dayOf(now)}`, recipient: admin.person };
  if (await deps.deliveries.find(key)) return false;
  const id = deliveryElementId(key.subject, key.recipient);
  const content = card({
    id,
    summary: '节假日安排待导入',
    header: { title: '节假日安排待导入', colour: 'orange' },
    elements: [
      markdown(text),
      markdown(
        '国务院办公厅公布后导入：`npx serverless invoke -f ops -d \'{"do":"calendar","year":{…},"confirm":true}\'`',
      ),
    ],
    footer: ['每天提醒一次，导入后停止 · 为什么收到：直达管理员'],
  });
  const kept = await keepCard(deps.contents)(content, { id });
  const to = { receiveIdType: 'union_id', receiveId: admin.person } as const;
  const validUntil = atTime(dayOf(now), sendUntil);
  const wish = { ...key, ...to, sender: deps.sender, ...kept, eventAt: now, validUntil };
  return (await deps.sendNow(wish)) === 'accepted';
};

export const isAdmin =
  ({ roles, people }: Admins) =>
  (one: Person): boolean =>
    people.includes(one.person) || one.roles.some((role) => roles.includes(role));

const warnAdmins = async (deps: HorizonDeps, now: Date): Promise<number> => {
  const warning = (await deps.calendar()).calendar.horizonWarning(now);
  if (!warning) return 0;
  const admins = (await deps.people.listHere()).filter(isAdmin(deps.admins));
  if (admins.length === 0) log.warn('horizon_nobody_to_tell', { today: dayOf(now) });
  const told = await Promise.all(admins.map((admin) => tell(deps, admin, { text: warning.text, now })));
  return told.filter(Boolean).length;
};

/** From 60 days before the last loaded day on, the administrators are told once a day until the year is loaded. */
export const warnOfHorizon =
  (deps: HorizonDeps) =>
  async (now: Date): Promise<number> => {
    const time = clockTime(now);
    if (time < tellFrom || time >= tellUntil) return 0;
    return warnAdmins(deps, now).catch((error: unknown) => {
      // A reminder that fails must not keep today's cards back; the next minute tries again.
      log.warn('horizon_not_told', errorFields(error));
      return 0;
    });
  };
