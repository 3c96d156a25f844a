import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { type Report, reportOf } from '../../shared/broadcasts/report.ts';
import { buildReportCard, type ReportKind } from '../../shared/broadcasts/report-card.ts';
import { readMembers } from '../../shared/broadcasts/snapshot.ts';
import { findCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { planForDeliver } from '../../shared/delivery/plan.ts';
import type { Wanted } from '../../shared/delivery/want.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import { lastReadersMark } from './reconcile.ts';
import { type DoneDeps, recordDone } from './record-done.ts';

export type ReportDeps = DoneDeps & {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly accounts: readonly Account[];
  readonly wantContent: (key: DeliveryKey, content: { hash: string; final?: boolean }) => Promise<Wanted>;
  readonly workbenchUrl?: string | undefined;
};

type Look = {
  readonly account: Account;
  readonly broadcast: Broadcast;
  readonly report: Report;
  readonly startedAt: number;
  readonly now: Date;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** So long after the start everybody watches; after it once an hour is enough. */
const livelyMs = 15 * minuteMs;

const isOver = ({ state }: Broadcast): boolean => state === 'closed' || state === 'recalled';

/** The moment that the live card speaks of: each is shown once, so that a minute costs one PATCH at most. */
const momentOf = ({ broadcast, startedAt, now }: Look): Date => {
  const end = broadcast.closedAt ?? broadcast.recalled?.at;
  if (end !== undefined) return new Date(end);
  const passed = now.getTime() - startedAt;
  const step = passed < livelyMs ? minuteMs : hourMs;
  return new Date(startedAt + Math.floor(passed / step) * step);
};

/** So long after its end a try of which nobody has heard may still be settled; its figures wait for that. */
const settlingMs = dayMs;

/** What was on its way at the end: when it is looked at again. `undefined`: the figures of the end stay. */
const settlesAt = ({ broadcast, report, now }: Look): Date | undefined => {
  const ended = Date.parse(broadcast.closedAt ?? broadcast.recalled?.at ?? '');
  const passed = now.getTime() - ended;
  if (report.sum.waiting === 0 || !(passed < settlingMs)) return undefined;
  return new Date(now.getTime() + (passed < hourMs ? minuteMs : hourMs));
};

const nextMoment = (look: Look): Date => {
  const passed = look.now.getTime() - look.startedAt;
  return new Date(momentOf(look).getTime() + (passed < livelyMs ? minuteMs : hourMs));
};

/** Whoever wrote it and whoever agreed to it. */
const readersOf = ({ editors, approved }: Broadcast): readonly string[] => [
  ...new Set([...editors.map(({ person }) => person), ...(approved ? [approved.by.person] : [])]),
];

type Copy = { readonly subject: string; readonly recipient: string };

const cardFor = (
  deps: ReportDeps,
  { kind, ...look }: Look & { readonly kind: ReportKind },
  copy: Copy,
): Card => buildReportCard({ ...look, kind, asOf: momentOf(look), workbenchUrl: deps.workbenchUrl }, copy);

const put = async (deps: ReportDeps, { account, now }: Look, copy: Copy & { readonly card: Card }) => {
  const { subject, recipient, card } = copy;
  const kept = await keepCard(deps.contents)(card, { id: deliveryElementId(subject, recipient) });
  const to = { receiveIdType: 'union_id', receiveId: recipient } as const;
  // A report has its time, as a digest has: only leave and what people set themselves keep it.
  const how = { sender: account.sender, eventAt: now, urgency: 'scheduled' } as const;
  await planForDeliver(deps.deliveries)({ subject, recipient, ...to, ...kept, ...how }, now);
};

const asOfText = /截至 [\d: -]+/gu;
const partsOf = (card: Card) => {
  const text = JSON.stringify(card);
  return {
    asOf: text.match(asOfText)?.join(),
    header: JSON.stringify(card.header),
    rest: text.replaceAll(asOfText, ''),
  };
};

/**
 * Whether the card that stands is to be replaced: something has changed, and it is another moment or another state. What
 * is over has one moment; figures that come after it are those of the end.
 */
const isNews = (shown: Card, card: Card, over: boolean): boolean => {
  const [before, after] = [partsOf(shown), partsOf(card)];
  if (before.rest === after.rest) return false;
  return over || before.asOf !== after.asOf || before.header !== after.header;
};

const showLive = async (deps: ReportDeps, look: Look, recipient: string): Promise<void> => {
  const copy = { subject: workSubject(look.broadcast, 'report'), recipient };
  const card = cardFor(deps, { ...look, kind: 'live' }, copy);
  const row = await deps.deliveries.find(copy);
  if (!row) return put(deps, look, { ...copy, card });
  const shown = row.wanted && (await findCard(deps.contents)(row.wanted.hash));
  if (shown && !isNews(shown, card, isOver(look.broadcast))) return;
  const { hash } = await keepCard(deps.contents)(card, { id: deliveryElementId(copy.subject, recipient) });
  await deps.wantContent(copy, { hash, ...(isOver(look.broadcast) && { final: true }) });
};

type Push = { readonly mark: string; readonly kind: ReportKind };

/** What is due by now, the latest last. */
const dueOf = (look: Look): readonly Push[] => {
  const { broadcast, startedAt, now } = look;
  // Who has read it was looked up for the last time.
  if (broadcast.state === 'closed' && !broadcast.done.includes(lastReadersMark)) return [];
  if (isOver(broadcast)) return settlesAt(look) ? [] : [{ mark: 'report-close', kind: 'close' }];
  const passed = now.getTime() - startedAt;
  return [
    ...(passed >= hourMs ? [{ mark: 'report-1h', kind: 'hour' } as const] : []),
    ...(passed >= dayMs ? [{ mark: 'report-1d', kind: 'day' } as const] : []),
  ];
};

/** New messages at an hour, a day and the end; of those that came late together only the last is worth reading. */
const push = async (deps: ReportDeps, look: Look): Promise<void> => {
  const due = dueOf(look).filter(({ mark }) => !look.broadcast.done.includes(mark));
  const last = due.at(-1);
  if (!last) return;
  for (const recipient of readersOf(look.broadcast)) {
    const copy = { subject: workSubject(look.broadcast, last.mark), recipient };
    await put(deps, look, { ...copy, card: cardFor(deps, { ...look, kind: last.kind }, copy) });
  }
  await recordDone(deps)(
    look.broadcast,
    due.map(({ mark }) => mark),
    look.now,
  );
};

/** The figures of a post as its rows are now. */
export const reportNow =
  ({ contents }: Pick<ReportDeps, 'contents'>) =>
  async (broadcast: Broadcast, rows: readonly Delivery[]): Promise<Report> => {
    const { startedAt, mustConfirm, target } = broadcast;
    return reportOf({
      startedAt,
      mustConfirm,
      target,
      rows,
      members: await readMembers(contents)(broadcast),
    });
  };

/** The live card of the editors and the approver, and their messages at an hour, a day and the end. When it wants the next look. */
export const pushReports =
  (deps: ReportDeps) =>
  async (broadcast: Broadcast, rows: readonly Delivery[], now: Date): Promise<Date | undefined> => {
    const account = deps.accounts.find(({ id }) => id === broadcast.account);
    if (!account || broadcast.startedAt === undefined) return undefined;
    const report = await reportNow(deps)(broadcast, rows);
    const look: Look = { account, broadcast, report, startedAt: Date.parse(broadcast.startedAt), now };
    for (const recipient of readersOf(broadcast)) await showLive(deps, look, recipient);
    await push(deps, look);
    return isOver(broadcast) ? settlesAt(look) : nextMoment(look);
  };
