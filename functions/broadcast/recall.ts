import { groupSubject, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { dismissUnsent } from './dismiss.ts';
import { followUp } from './follow-up.ts';
import { allRows } from './plan-people.ts';
import { recordDone } from './record-done.ts';
import { tellEditors } from './tell.ts';
import { again, type BroadcastDeps, later, type Next, rest, type Turn } from './turn.ts';

/** What was on its way when it was recalled may show up this much later, as may what asked just before whether it may leave. */
const lookAgainMs = 30_000;
const stretch = 400;

type Part = 'personal' | 'groups';
const subjectOf = { personal: personalSubject, groups: groupSubject } as const;

const keepRecalled = async (
  deps: BroadcastDeps,
  { account, broadcast }: Turn,
  part: Part,
): Promise<string> => {
  const id = deliveryElementId(subjectOf[part](broadcast), '');
  const card = deps.cards.recalled({ account, broadcast }, part);
  return (await keepCard(deps.contents)(card, { id })).hash;
};

const isOnItsWay = ({ state }: Delivery): boolean => state === 'claimed';
/** A try that nobody has heard of since may have arrived, too. */
const mayBeShown = (row: Delivery): boolean =>
  row.messageId !== undefined || row.sending !== undefined || isOnItsWay(row);

type Withdrawn = 'all' | 'some' | 'interrupted';

/** What people see is changed; what hasn't left never does. */
const withdraw = async (deps: BroadcastDeps, turn: Turn, part: Part): Promise<Withdrawn> => {
  const rows = await deps.deliveries.listOfSubject(subjectOf[part](turn.broadcast));
  const shown = rows.filter(mayBeShown);
  if (shown.length === 0) return 'all';
  const hash = await keepRecalled(deps, turn, part);
  const open = shown.filter(({ wanted }) => wanted?.hash !== hash);
  for (let from = 0; from < open.length; from += stretch) {
    if (!(await turn.goOn())) return 'interrupted';
    await someAtOnce(open.slice(from, from + stretch), (row) => deps.wantContent(row, { hash, final: true }));
  }
  return rows.some(isOnItsWay) ? 'some' : 'all';
};

const withdrawAll = async (deps: BroadcastDeps, turn: Turn): Promise<Withdrawn> => {
  const ended: Withdrawn[] = [];
  for (const part of ['personal', 'groups'] as const) ended.push(await withdraw(deps, turn, part));
  if (ended.includes('interrupted')) return 'interrupted';
  return ended.includes('some') ? 'some' : 'all';
};

const tellOfRecall = (deps: BroadcastDeps, turn: Turn): Promise<void> => {
  const { recalled } = turn.broadcast;
  const text = recalled ? `${recalled.by.name} 撤回了这一期：${recalled.reason}` : '这一期已撤回';
  return tellEditors(deps, turn, { what: 'recalled', title: '内容已撤回', text });
};

const lookAgainAt = ({ broadcast, now }: Turn, withdrawn: Withdrawn): Date | undefined => {
  const at = Date.parse(broadcast.recalled?.at ?? broadcast.changedAt);
  const isEarly = withdrawn === 'some' || now.getTime() < at + lookAgainMs;
  return isEarly ? new Date(now.getTime() + lookAgainMs) : undefined;
};

/** Recalled: every card that stands says so, its reminders, too, and its editors know. */
export const withdrawCards =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> => {
    const { broadcast, now } = turn;
    if (broadcast.done.includes('recalled')) return rest();
    const withdrawn = await withdrawAll(deps, turn);
    const all = withdrawn === 'interrupted' ? undefined : await allRows(deps, turn);
    const rows = all && (await dismissUnsent(deps, turn, all));
    if (!rows) return later;
    await tellOfRecall(deps, turn);
    // What of it couldn't be done is tried again.
    const wished = await followUp(deps, turn, rows);
    const next = lookAgainAt(turn, withdrawn) ?? wished;
    if (next) return rest(next);
    await recordDone(deps)(broadcast, ['recalled'], now);
    return again;
  };
