import { dayOf } from '../../shared/calendar/day.ts';
import type { BaseCells, BasePlace, BaseRow } from '../../shared/store/base-rows.ts';
import { differing } from '../../shared/tickets/base-drift.ts';
import { cellsOf, nextMoment, type RowSight } from '../../shared/tickets/base-fields.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';

/** So long closed rows stay in the table of what is worked on. */
const archiveAfterMs = 60 * 24 * 3_600_000;
/** So long an answer stands in its row. */
const hintMs = 24 * 3_600_000;

export type Sight = Omit<RowSight, 'hint'> & {
  /** `live`, or the year of an archive; absent: no table of ours. */
  readonly keyOf: (tableId: string) => string | undefined;
  /** Closed ones move to the archive before their time, because the table is full. */
  readonly isFull?: boolean;
};

export type Step =
  | { readonly do: 'nothing' | 'remove' }
  | { readonly do: 'update'; readonly fields: readonly string[] }
  | { readonly do: 'create' | 'move'; readonly key: string };

export type Planned = {
  readonly ticket: Ticket;
  readonly waits: boolean;
  readonly before: BaseRow | undefined;
  /** As it is when the step is done; its place is still the old one. */
  readonly after: BaseRow;
  readonly step: Step;
};

const closedAt = ({ state, spans, changedAt }: Ticket): string | undefined =>
  state === 'closed' ? (spans.findLast((span) => span.state === 'closed')?.at ?? changedAt) : undefined;

const isArchived = (place: BasePlace | undefined, sight: Sight): boolean => {
  const key = place && sight.keyOf(place.tableId);
  return key !== undefined && key !== 'live';
};

/** Where the row belongs; what is archived stays there while it is closed. */
export const keyFor = (ticket: Ticket, place: BasePlace | undefined, sight: Sight): string | undefined => {
  if (ticket.state === 'merged') return undefined;
  const closed = closedAt(ticket);
  if (closed === undefined) return 'live';
  const isOld = Date.parse(closed) + archiveAfterMs <= sight.now.getTime();
  const mustGo = sight.isFull === true && place !== undefined;
  return isOld || mustGo || isArchived(place, sight) ? dayOf(new Date(closed)).slice(0, 4) : 'live';
};

const hintAt = (row: BaseRow | undefined, now: Date): BaseRow['hint'] =>
  row?.hint && Date.parse(row.hint.at) + hintMs > now.getTime() ? row.hint : undefined;

/** When the row leaves the table of what is worked on. */
const leavesAt = (ticket: Ticket, key: string): number | undefined => {
  const closed = closedAt(ticket);
  return closed !== undefined && key === 'live' ? Date.parse(closed) + archiveAfterMs : undefined;
};

type Kept = { readonly key: string | undefined; readonly hint: BaseRow['hint']; readonly now: Date };

const dueOf = (ticket: Ticket, { key, hint, now }: Kept): Pick<BaseRow, 'baseShard' | 'baseAt'> => {
  if (key === undefined) return {};
  const hintEnds = hint && Date.parse(hint.at) + hintMs;
  const moments = [hintEnds, nextMoment(ticket, now)?.getTime(), leavesAt(ticket, key)];
  const next = Math.min(...moments.filter((moment) => moment !== undefined));
  if (!Number.isFinite(next)) return {};
  return { baseShard: ticket.state === 'closed' ? 'archive' : 'time', baseAt: new Date(next).toISOString() };
};

type Change = { readonly key: string | undefined; readonly cells: BaseCells };

const stepFor = ({ key, cells }: Change, before: BaseRow | undefined, sight: Sight): Step => {
  const place = before?.place;
  if (key === undefined) return { do: place ? 'remove' : 'nothing' };
  if (!place) return { do: 'create', key };
  if (sight.keyOf(place.tableId) !== key) return { do: 'move', key };
  const fields = differing(before.shown, cells);
  return fields.length > 0 ? { do: 'update', fields } : { do: 'nothing' };
};

type Found = { readonly ticket: Ticket; readonly waits: boolean };

/** What brings the row of a ticket to what the ticket is now. */
export const planRow = ({ ticket, waits }: Found, before: BaseRow | undefined, sight: Sight): Planned => {
  const { now } = sight;
  const hint = hintAt(before, now);
  const key = keyFor(ticket, before?.place, sight);
  const cells = key === undefined ? {} : cellsOf(ticket, { ...sight, hint: hint?.text });
  const after: BaseRow = {
    ticket: ticket.ticket,
    item: 'base',
    count: (before?.count ?? 0) + 1,
    place: before?.place,
    former: before?.former,
    version: ticket.version,
    shown: cells,
    hint,
    ...dueOf(ticket, { key, hint, now }),
  };
  return { ticket, waits, before, after, step: stepFor({ key, cells }, before, sight) };
};
