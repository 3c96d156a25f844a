import type { BaseCells, BaseRow } from '../../shared/store/base-rows.ts';
import { differing } from '../../shared/tickets/base-drift.ts';
import { cellsOf, nextMoment, type RowSight } from '../../shared/tickets/base-fields.ts';
import { keyFor, leavesAt, type PlaceSight } from '../../shared/tickets/base-place.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';

/** So long an answer stands in its row. */
const hintMs = 24 * 3_600_000;

export type Sight = Omit<RowSight, 'hint' | 'unshown'> & PlaceSight;

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

const hintAt = (row: BaseRow | undefined, now: Date): BaseRow['hint'] =>
  row?.hint && Date.parse(row.hint.at) + hintMs > now.getTime() ? row.hint : undefined;

type Kept = { readonly key: string | undefined; readonly hint: BaseRow['hint']; readonly now: Date };

const dueOf = (ticket: Ticket, { key, hint, now }: Kept): Pick<BaseRow, 'baseShard' | 'baseAt'> => {
  if (key === undefined) return {};
  const hintEnds = hint && Date.parse(hint.at) + hintMs;
  const moments = [hintEnds, nextMoment(ticket, now)?.getTime(), leavesAt(ticket, key)];
  const next = Math.min(...moments.filter((moment) => moment !== undefined));
  if (!Number.isFinite(next)) return {};
  return { baseShard: ticket.state === 'closed' ? 'archive' : 'time', baseAt: new Date(next).toISOString() };
};

/** Somebody else is tried. */
const unshownOwner = ({ owner }: Ticket, before: BaseRow | undefined): string | undefined =>
  owner && before?.unshown === owner.person ? owner.person : undefined;

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

const placesOf = (before: BaseRow | undefined): Pick<BaseRow, 'place' | 'former'> => ({
  place: before?.place,
  former: before?.former,
});

/** What brings the row of a ticket to what the ticket is now. */
export const planRow = ({ ticket, waits }: Found, before: BaseRow | undefined, sight: Sight): Planned => {
  const { now } = sight;
  const hint = hintAt(before, now);
  const key = keyFor(ticket, before?.place, sight);
  const unshown = unshownOwner(ticket, before);
  const cells = key === undefined ? {} : cellsOf(ticket, { ...sight, hint: hint?.text, unshown });
  const after: BaseRow = {
    ticket: ticket.ticket,
    item: 'base',
    count: (before?.count ?? 0) + 1,
    ...placesOf(before),
    version: ticket.version,
    shown: cells,
    hint,
    unshown,
    ...dueOf(ticket, { key, hint, now }),
  };
  return { ticket, waits, before, after, step: stepFor({ key, cells }, before, sight) };
};
