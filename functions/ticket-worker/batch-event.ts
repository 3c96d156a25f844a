import { dayOf } from '../../shared/calendar/day.ts';
import { UpstreamError } from '../../shared/errors.ts';
import type { Trail } from '../../shared/store/ticket-keys.ts';
import { byRouting, chooseOwner } from '../../shared/tickets/assign.ts';
import { type Intent, prepareWrite } from '../../shared/tickets/change.ts';
import { classify } from '../../shared/tickets/classify.ts';
import type { By, ChangeInput } from '../../shared/tickets/event.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
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

const isTreated = ({ content, messages, sources, skuIds }: Ticket, { desk }: Rules): boolean =>
  [content, ...messages.filter(({ speaker }) => speaker === 'customer').map(({ text }) => text)].some(
    (text) => classify({ source: sources[0]?.source ?? '', kind: 'complaint', text, skuIds }, desk).isTreated,
  );

type Known = {
  readonly trail: Trail;
  /** Those of the last 72 hours that belong to no event yet. */
  readonly cases: readonly Ticket[];
  /** The event that is still open. */
  readonly event: Ticket | undefined;
};

const read = async (
  { tickets, keys, now }: OpenDeps,
  { ticket }: Ticket,
  batchNo: string,
): Promise<Known> => {
  const trail = await keys.findTrail('batch', batchNo);
  const since = new Date(now().getTime() - windowMs).toISOString();
  const ids = new Set([...trail.tickets.filter(({ at }) => at > since).map((each) => each.ticket), ticket]);
  const found = await Promise.all([...ids].slice(-mostAtOnce).map((id) => tickets.find(id)));
  const event = trail.event === undefined ? undefined : await tickets.find(trail.event);
  return {
    trail,
    cases: found
      .filter((each) => each !== undefined)
      .filter((each) => each.state !== 'merged' && each.batch === undefined && each.openedAt > since),
    event: event && isOpen(event) ? event : undefined,
  };
};

type Verdict = { readonly joining: readonly Ticket[]; readonly isEvent: boolean };

/** Three of quality are as grave as one foreign body; three grave ones, or one that led to a doctor, are an event. */
const judge = ({ cases, event }: Known, rules: Rules): Verdict => {
  const isMany = cases.filter(isQuality).length >= enough;
  const grave = cases.filter((each) => isGrave(each) || (isMany && isQuality(each)));
  const isEvent =
    event !== undefined || grave.length >= enough || grave.some((each) => isTreated(each, rules));
  return { joining: grave, isEvent };
};

const countWords = (cases: readonly Ticket[]): string => {
  const counts = new Map<string, number>();
  for (const { category } of cases) {
    const name = category?.name ?? '未分类';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name}${count}件`).join('、');
};

const openingOf = (batchNo: string, cases: readonly Ticket[], rules: Rules, now: Date): ChangeInput => {
  const treated = cases.filter((each) => isTreated(each, rules)).length;
  const skuIds = [...new Set(cases.flatMap((each) => each.skuIds))];
  const productName = cases.find((each) => each.productName !== undefined)?.productName;
  const told = `72小时内 ${cases.length} 件：${countWords(cases)}${treated > 0 ? `，其中就医 ${treated} 件` : ''}`;
  return {
    do: 'opened',
    kind: 'batch',
    ask: 'qa',
    openedAt: now.toISOString(),
    receivedAt: now.toISOString(),
    cases: cases.map(({ ticket }) => ticket),
    ...{ skuIds, productName, batchNo },
    content: `批次 ${batchNo} ${told}。请品控判定：是否暂停销售、封存库存、通知渠道或召回`,
    category: { group: '食品安全', name: '批次事件' },
    because: told,
    priority: 'P0',
    team: rules.desk.askTeams.qa,
  };
};

const joinIntent = (ticket: Ticket, batch: string): Intent => ({
  id: ticket.ticket,
  before: ticket,
  by: byBatch,
  changes: [{ do: 'batch_joined', batch, ...(!isGrave(ticket) && { priority: 'P0' }) }],
});

type Planned = {
  readonly intents: readonly Intent[];
  readonly also: Parameters<OpenDeps['tickets']['write']>[1];
  readonly id: string;
};

const planJoin = (event: Ticket, joining: readonly Ticket[]): Planned => ({
  id: event.ticket,
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
  batchNo: string,
  joining: readonly Ticket[],
  rules: Rules,
): Promise<Planned> => {
  const now = deps.now();
  const id = await deps.keys.nextNumber('B', dayOf(now));
  const opened = openingOf(batchNo, joining, rules, now);
  const wish = { ticket: id, team: rules.desk.askTeams.qa, priority: 'P0' as const, agents: [] };
  const choice = await chooseOwner(deps)(wish, rules);
  const owner: ChangeInput =
    choice.kind === 'given' ? choice.change : { do: 'assignment_failed', because: choice.because };
  return {
    id,
    intents: [
      { id, before: undefined, by: byRouting, changes: [opened, owner] },
      ...joining.map((each) => joinIntent(each, id)),
    ],
    also: choice.kind === 'given' ? [choice.also] : [],
  };
};

/** `true` when nothing is left to do, `false` when somebody was faster. */
const round = async (deps: OpenDeps, ticket: Ticket, batchNo: string): Promise<boolean> => {
  const rules = await deps.rules();
  const known = await read(deps, ticket, batchNo);
  const { joining, isEvent } = judge(known, rules);
  const joined = isEvent ? joining : [];
  const waiting = known.cases
    .filter((each) => !joined.includes(each))
    .map(({ ticket: id, openedAt: at }) => ({ ticket: id, at }));
  const isListed = known.trail.tickets.some((each) => each.ticket === ticket.ticket);
  if (joined.length === 0 && (isListed || waiting.length === 0)) return true;
  const plan =
    joined.length === 0
      ? undefined
      : known.event
        ? planJoin(known.event, joined)
        : await planEvent(deps, batchNo, joined, rules);
  const at = deps.now();
  const writes = (plan?.intents ?? []).map((intent) => prepareWrite(rules, intent, at));
  return deps.tickets.write(writes, [
    deps.keys.trailWrite(known.trail, waiting, plan?.id),
    ...(plan?.also ?? []),
  ]);
};

/**
 * Cases of one batch, watched together: three grave ones within 72 hours, or one that led to a doctor, open one event
 * that asks 品控 for a decision and stands above them. Asked for every event of a case; what is done already stays done.
 * Throws UpstreamError `tickets_busy`.
 */
export const ensureBatchEvent =
  (deps: OpenDeps) =>
  async (ticket: Ticket): Promise<void> => {
    const { batchNo, kind, state, batch } = ticket;
    const isWatched =
      kind === 'case' && state !== 'merged' && batch === undefined && (isGrave(ticket) || isQuality(ticket));
    if (batchNo === undefined || !isWatched) return;
    for (let count = 0; count < maxRounds; count += 1) if (await round(deps, ticket, batchNo)) return;
    throw new UpstreamError('tickets_busy', 'others changed the cases of this batch in every round');
  };
