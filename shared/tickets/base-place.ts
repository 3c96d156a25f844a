import { dayOf } from '../calendar/day.ts';
import type { BasePlace } from '../store/base-rows.ts';
import type { Ticket } from './ticket.ts';

/** So long closed rows stay in the table of what is worked on. */
const archiveAfterMs = 60 * 24 * 3_600_000;
export type PlaceSight = {
  readonly now: Date;
  /** `live`, or the year of an archive; absent: no table of ours. */
  readonly keyOf: (tableId: string) => string | undefined;
  /** Closed ones move to the archive before their time, because the table is full. */
  readonly isFull?: boolean;
};

const closedAt = ({ state, spans, changedAt }: Ticket): string | undefined =>
  state === 'closed' ? (spans.findLast((span) => span.state === 'closed')?.at ?? changedAt) : undefined;

const isArchived = (place: BasePlace | undefined, sight: PlaceSight): boolean => {
  const key = place && sight.keyOf(place.tableId);
  return key !== undefined && key !== 'live';
};

/** Where the row belongs; what is archived stays there while it is closed. */
export const keyFor = (
  ticket: Ticket,
  place: BasePlace | undefined,
  sight: PlaceSight,
): string | undefined => {
  if (ticket.state === 'merged') return undefined;
  const closed = closedAt(ticket);
  if (closed === undefined) return 'live';
  const isOld = Date.parse(closed) + archiveAfterMs <= sight.now.getTime();
  const mustGo = sight.isFull === true && place !== undefined;
  return isOld || mustGo || isArchived(place, sight) ? dayOf(new Date(closed)).slice(0, 4) : 'live';
};

/** When the row leaves the table of what is worked on. */
export const leavesAt = (ticket: Ticket, key: string): number | undefined => {
  const closed = closedAt(ticket);
  return closed !== undefined && key === 'live' ? Date.parse(closed) + archiveAfterMs : undefined;
};
