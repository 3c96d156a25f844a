/**
 * When one app may call one API: the pure part. Feishu allows 50 calls a second and 1000 a minute
 * (open.feishu.cn/document/server-docs/api-call-guide/frequency-control) and doesn't say what a second or a minute is,
 * so no 1.25 s and no 60.6 s of the log may hold more, wherever they begin. The 250 ms are for sends that leave up to
 * 100 ms after their slot and arrive with up to 150 ms of jitter.
 *
 * Of the 50, a tenth of a lane's seconds each: urgent 8/s is 10 and is never lent, so that an urgent send waits for
 * nobody else's; digest 20/s and bulk 12/s are 40 and may borrow from each other while one of them is idle. A lease of
 * bulk is 20 slots in half a second or none, so beside each other both have 20.
 */
export type Lane = 'urgent' | 'digest' | 'bulk';

/** Slots that were given away in the last 60.6 s, and up to 0.5 s ahead: ticks in ascending order. */
export type SlotLog = readonly number[];

export type SlotRequest = { readonly lane: Lane; readonly count: number };

/** `retryAt`: milliseconds since 1970 when the lane may have what it needs. */
export type Booking =
  | { readonly ticks: readonly number[]; readonly log: SlotLog }
  | { readonly ticks: undefined; readonly retryAt: number };

/** A lane has one tick in 25 ms, its own: lanes never meet on one tick, and a tick says whose it was. */
const lanes: readonly Lane[] = ['urgent', 'digest', 'bulk'];
const tickMs = 25 / lanes.length;
const ticksIn = (ms: number): number => Math.round(ms / tickMs);
const laneOf = (tick: number): Lane | undefined => lanes[tick % lanes.length];

const second = ticksIn(1_250);
const minute = ticksIn(60_600);
const ahead = ticksIn(500);
/** A lane that had no slot for this long is idle. */
const idle = 2 * second;

/** The most that any second may hold, and any minute when this lane asks. */
const secondCap = 50;
const lentCap = 40;
const besideCap = 20;
const minuteCap: Readonly<Record<Lane, number>> = { urgent: 990, digest: 960, bulk: 900 };
export const leaseMax = 20;

/** A digest alone leaves room for a lease of bulk for 1.8 of every 5 s: else bulk could never begin beside it. */
const turnEvery = ticksIn(5_000);
const turn = ticksIn(1_800);

/** Milliseconds since 1970. */
export const slotAt = (tick: number): number => Math.ceil(tick * tickMs);

/** How many ticks come before `tick`. */
const countBefore = (ticks: SlotLog, tick: number): number => {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ticks[middle] ?? Infinity) < tick) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** What the fullest second holds that `tick` would fall into. */
const crowdAround = (ticks: SlotLog, tick: number): number => {
  const own = countBefore(ticks, tick);
  let most = countBefore(ticks, tick + second) - own;
  for (let index = countBefore(ticks, tick - second + 1); index < own; index += 1) {
    most = Math.max(most, countBefore(ticks, (ticks[index] ?? tick) + second) - index);
  }
  return most;
};

/** Slots near a lease, in ascending order: everybody's, those of digest and bulk, the lane's own. */
type Near = { readonly all: number[]; readonly lent: number[]; readonly own: number[] };

const nearOf = (log: SlotLog, lane: Lane, start: number): Near => {
  const all = log.slice(countBefore(log, start - idle));
  return {
    all,
    lent: all.filter((tick) => laneOf(tick) !== 'urgent'),
    own: all.filter((tick) => laneOf(tick) === lane),
  };
};

const insert = (ticks: number[], tick: number): void => {
  ticks.splice(countBefore(ticks, tick), 0, tick);
};

const isTurnOfBulk = (tick: number): boolean => tick % turnEvery < turn;

const capBeside = ({ lent }: Near, lane: Lane, tick: number): number => {
  const isOtherBusy = lent.some((each) => laneOf(each) !== lane && each > tick - idle);
  return isOtherBusy || (lane === 'digest' && isTurnOfBulk(tick)) ? besideCap : lentCap;
};

const hasSecond = (near: Near, lane: Lane, tick: number): boolean => {
  if (near.own.includes(tick) || crowdAround(near.all, tick) >= secondCap) return false;
  if (lane === 'urgent') return true;
  return crowdAround(near.lent, tick) < lentCap && crowdAround(near.own, tick) < capBeside(near, lane, tick);
};

/** What the lane may have in the half second from `start` on, at most `count`. */
const leaseFrom = (log: SlotLog, { lane, count }: SlotRequest, start: number): readonly number[] => {
  const booked: number[] = [];
  const near = nearOf(log, lane, start);
  // The tick that has just begun is still good: whoever is alone needn't wait at all.
  const first = start - ((start - lanes.indexOf(lane) + lanes.length) % lanes.length);
  for (let tick = first; tick < start + ahead && booked.length < count; tick += lanes.length) {
    const inMinute = log.length - countBefore(log, tick - minute + 1) + booked.length;
    if (inMinute >= minuteCap[lane] || !hasSecond(near, lane, tick)) continue;
    booked.push(tick);
    insert(near.all, tick);
    insert(near.own, tick);
    if (lane !== 'urgent') insert(near.lent, tick);
  }
  return booked;
};

/** Fewer slots than this aren't worth a write. */
const leastOf = ({ lane, count }: SlotRequest): number => {
  if (lane === 'urgent') return 1;
  return lane === 'digest' ? Math.min(count, leaseMax / 2) : Math.min(count, leaseMax);
};

/** The first moment after `start` at which the lane may have enough, if nobody else takes more meanwhile. */
const nextStart = (log: SlotLog, request: SlotRequest, start: number): number => {
  const cap = minuteCap[request.lane];
  const opens = log.length < cap ? 0 : (log.at(-cap) ?? 0) + minute;
  let tooEarly = Math.max(start, opens - ahead);
  let enough = tooEarly + ahead + 2 * second;
  while (enough - tooEarly > lanes.length) {
    const middle = Math.floor((tooEarly + enough) / 2);
    if (leaseFrom(log, request, middle).length >= leastOf(request)) enough = middle;
    else tooEarly = middle;
  }
  return enough;
};

/** Gives the lane slots from `now` (milliseconds since 1970) to half a second ahead, or says when to ask again. */
export const bookSlots = (log: SlotLog, request: SlotRequest, now: number): Booking => {
  const start = Math.floor(now / tickMs);
  const kept = log.slice(countBefore(log, start - minute + 1));
  const ticks = leaseFrom(kept, request, start);
  if (ticks.length >= leastOf(request)) return { ticks, log: [...kept, ...ticks].toSorted((a, b) => a - b) };
  return { ticks: undefined, retryAt: slotAt(nextStart(kept, request, start)) };
};
