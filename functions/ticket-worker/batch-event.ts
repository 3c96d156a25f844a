import { dayOf } from '../../shared/calendar/day.ts';
import { UpstreamError } from '../../shared/errors.ts';
import type { Write } from '../../shared/store/table.ts';
import type { Trail } from '../../shared/store/ticket-keys.ts';
import { byRouting, chooseOwner, ownedBy } from '../../shared/tickets/assign.ts';
import { type Intent, prepareWrite } from '../../shared/tickets/change.ts';
import { saysTreated } from '../../shared/tickets/classify.ts';
import type { By, ChangeInput } from '../../shared/tickets/event.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import type { OpenDeps } from './open-case.ts';

const windowMs = 72 * 3_600_000;
/** So many cases of one batch make an event, and so many of quality make it grave. */
const enough = 3;
/** Cases that one transaction takes; the next event of the batch takes the rest. */
const mostAtOnce = 20;
const maxRounds = 6;

const byBatch: By = { kind: 'rule', rule: 'batch' };

const isGrave = ({ priority }: Ticket): boolean => priority === 'P0';
const isQuality = ({ category }: Ticket): boolean => category?.group === '品质';

const isTreated = ({ content, messages }: Ticket): boolean =>
  saysTreated(content) || messages.some(({ speaker, text }) => speaker === 'customer' && saysTreated(text));

type Batch = {
  readonly batchNo: string;
  readonly trail: Trail;
  /** Those of the last 72 hours that belong to no event yet. */
  readonly cases: readonly Ticket[];
  /** The event that is still open. */
  readonly event: Ticket | undefined;
};

const findAll = async ({ tickets }: OpenDeps, ids: readonly string[]): Promise<readonly Ticket[]> =>
  (await Promise.all(ids.map((id) => tickets.find(id)))).filter((ticket) => ticket !== undefined);

const readBatch = async (deps: OpenDeps, ticket: string, batchNo: string): Promise<Batch> => {
  const trail = await deps.keys.findTrail('batch', batchNo);
  const since = new Date(deps.now().getTime() - windowMs).toISOString();
  const listed = trail.tickets.filter(({ at }) => at > since).map((each) => each.ticket);
  const found = await findAll(deps, [...new Set([...listed, ticket])].slice(-mostAtOnce));
  const [event] = await findAll(deps, trail.event === undefined ? [] : [trail.event]);
  return {
    batchNo,
    trail,
    cases: found.filter(
      (each) => each.state !== 'merged' && each.batch === undefined && each.openedAt > since,
    ),
    event: event && isOpen(event) ? event : undefined,
  };
};

/**
 * Three of quality are as grave as one foreign body; three grave ones, or one that led to a doctor, are an event, and an
 * open event takes every grave one.
 */
const joiningOf = ({ cases, event }: Batch): readonly Ticket[] => {
  const isMany = cases.filter(isQuality).length >= enough;
  const grave = cases.filter((each) => isGrave(each) || (isMany && isQuality(each)));
  const isEvent = event !== undefined || grave.length >= enough || grave.some(isTreated);
  return isEvent ? grave : [];
};

const countWords = (cases: readonly Ticket[]): string => {
  const counts = new Map<string, number>();
  for (const { category } of cases) {
    const name = category?.name ?? '未分类';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name}${count}件`).join('、');
};

const toldOf = (cases: readonly Ticket[]): string => {
  const treated = cases.filter(isTreated).length;
  return `72小时内${cases.length}件：${countWords(cases)}${treated > 0 ? `，其中就医${treated}件` : ''}`;
};

type Asked = { readonly batchNo: string; readonly team: string };

const openingOf = (cases: readonly Ticket[], { batchNo, team }: Asked, now: Date): ChangeInput => ({
  do: 'opened',
  kind: 'batch',
  ask: 'qa',
  openedAt: now.toISOString(),
  receivedAt: now.toISOString(),
  cases: cases.map(({ ticket }) => ticket),
  skuIds: [...new Set(cases.flatMap((each) => each.skuIds))],
  productName: cases.find((each) => each.productName !== undefined)?.productName,
  batchNo,
  content: `批次${batchNo}，${toldOf(cases)}。请品控判定：是否暂停销售、封存库存、通知渠道或召回`,
  category: { group: '食品安全', name: '批次事件' },
  because: toldOf(cases),
  priority: 'P0',
  team,
});

const joinIntent = (ticket: Ticket, batch: string): Intent => ({
  id: ticket.ticket,
  before: ticket,
  by: byBatch,
  changes: [{ do: 'batch_joined', batch, ...(!isGrave(ticket) && { priority: 'P0' }) }],
});

type Planned = {
  readonly intents: readonly Intent[];
  readonly also: readonly Write[];
  readonly event: string | undefined;
};

const planJoin = (event: Ticket, joining: readonly Ticket[]): Planned => ({
  event: event.ticket,
  intents: [
    {
      id: event.ticket,
      before: event,
      by: byBatch,
      changes: joining.map(({ ticket }): ChangeInput => ({ do: 'case_joined', ticket })),
    },
    ...joining.map((each) => joinIntent(each, event.ticket)),
  ],
  also: [],
});

const planEvent = async (
  deps: OpenDeps,
  { batchNo }: Batch,
  joining: readonly Ticket[],
): Promise<Planned> => {
  const rules = await deps.rules();
  const now = deps.now();
  const id = await deps.keys.nextNumber('B', dayOf(now));
  const team = rules.desk.askTeams.qa;
  const choice = await chooseOwner(deps)({ ticket: id, team, priority: 'P0', agents: [] }, rules);
  const owned = ownedBy(choice);
  const opened = openingOf(joining, { batchNo, team }, now);
  return {
    event: id,
    intents: [
      { id, before: undefined, by: byRouting, changes: [opened, ...owned.changes] },
      ...joining.map((each) => joinIntent(each, id)),
    ],
    also: owned.also,
  };
};

const plan = async (deps: OpenDeps, batch: Batch, joining: readonly Ticket[]): Promise<Planned> => {
  if (joining.length === 0) return { intents: [], also: [], event: batch.trail.event };
  return batch.event ? planJoin(batch.event, joining) : planEvent(deps, batch, joining);
};

/** `true` when nothing is left to do, `false` when somebody was faster. */
const round = async (deps: OpenDeps, ticket: string, batchNo: string): Promise<boolean> => {
  const batch = await readBatch(deps, ticket, batchNo);
  const joining = joiningOf(batch);
  const waiting = batch.cases.filter((each) => !joining.includes(each));
  const isListed = batch.trail.tickets.some((each) => each.ticket === ticket);
  if (joining.length === 0 && (isListed || waiting.length === 0)) return true;
  const { intents, also, event } = await plan(deps, batch, joining);
  const [rules, at] = [await deps.rules(), deps.now()];
  const tickets = waiting.map((each) => ({ ticket: each.ticket, at: each.openedAt }));
  return deps.tickets.write(
    intents.map((intent) => prepareWrite(rules, intent, at)),
    [deps.keys.trailWrite(batch.trail, { tickets, event }), ...also],
  );
};

const isWatched = (ticket: Ticket): boolean =>
  ticket.kind === 'case' &&
  ticket.state !== 'merged' &&
  ticket.batch === undefined &&
  (isGrave(ticket) || isQuality(ticket));

/**
 * Cases of one batch, watched together: three grave ones within 72 hours, or one that led to a doctor, open one event
 * that asks 品控 for a decision and stands above them. Asked for every event of a case; what is done already stays done.
 * Throws UpstreamError `tickets_busy`.
 */
export const ensureBatchEvent =
  (deps: OpenDeps) =>
  async (ticket: Ticket): Promise<void> => {
    const { batchNo } = ticket;
    if (batchNo === undefined || !isWatched(ticket)) return;
    for (let count = 0; count < maxRounds; count += 1) {
      if (await round(deps, ticket.ticket, batchNo)) return;
    }
    throw new UpstreamError('tickets_busy', 'others changed the cases of this batch in every round');
  };
