import { createHash } from 'node:crypto';
import { whyTold } from '../../shared/alerts/audience.ts';
import type { Alert } from '../../shared/alerts/definition.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Wanted } from '../../shared/delivery/want.ts';
import { ConflictError, UpstreamError } from '../../shared/errors.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { followUpBlock } from '../../shared/follow-ups/block.ts';
import { type FollowUp, newFollowUp } from '../../shared/follow-ups/follow-up.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { AlertRow, Alerts } from '../../shared/store/alerts.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { DeliveryKey } from '../../shared/store/delivery.ts';
import type { FollowUps } from '../../shared/store/follow-ups.ts';
import { dimsText } from '../../shared/store/metrics.ts';
import type { People, Person } from '../../shared/store/people.ts';
import { isMissing } from './alert-state.ts';
import { alertLine, buildAlertCard, type Face } from './card.ts';

export type TellDeps = {
  readonly states: Alerts;
  readonly deliveries: Pick<Deliveries, 'listOfSubject'>;
  readonly contents: Pick<Contents, 'keep'>;
  readonly people: Pick<People, 'listHere'>;
  readonly followUps: Pick<FollowUps, 'open' | 'find'>;
  readonly sendNow: (wish: Wish) => Promise<Ending>;
  readonly wantContent: (key: DeliveryKey, content: { hash: string; final?: boolean }) => Promise<Wanted>;
  readonly sender: string;
  readonly now: () => Date;
};

/** A card that was held back is news for a day; then the next firing is. */
const validMs = 24 * 3_600_000;

export const subjectOf = ({ alert, dims, state }: AlertRow): string =>
  `alert:${alert}:${dimsText(dims) || '-'}:${state.n}`;

type Told = { readonly person: Person; readonly why: string };
/** `seen`: the version of the follow-up that their cards show already. */
type Showing = { readonly told: readonly Told[]; readonly seen?: number };
type Telling = { readonly alert: Alert; readonly row: AlertRow; readonly face: Face };

/** Everybody of the scope. */
const toldOf = async (deps: TellDeps, { alert, row }: Telling): Promise<readonly Told[]> => {
  const here = await deps.people.listHere();
  return here.flatMap((person) => {
    const why = whyTold(alert, row.dims, person);
    return why === undefined ? [] : [{ person, why }];
  });
};

const noticedAt = ({ firing, state }: AlertRow): string => firing?.noticedAt ?? state.clock;

/** What its people do about it, as it stands now; made when the alert is told first. */
const followUpOf = async (deps: TellDeps, telling: Telling, told: readonly Told[]): Promise<FollowUp> => {
  const { alert, row } = telling;
  const subject = subjectOf(row);
  const key = { item: subject, since: dayOf(new Date(noticedAt(row))) };
  const people = told.map(({ person: { person, name } }) => ({ person, name }));
  const fresh = newFollowUp({ ...key, line: alertLine(alert, row), people, subject });
  const found = await deps.followUps.find(key);
  if (found) return found;
  return (await deps.followUps.open(fresh)) ? fresh : ((await deps.followUps.find(key)) ?? fresh);
};

const keepFor = async (
  deps: TellDeps,
  telling: Telling,
  { told: { person, why }, followUp }: { told: Told; followUp: FollowUp },
) => {
  const place = { subject: subjectOf(telling.row), recipient: person.person };
  const id = deliveryElementId(place.subject, place.recipient);
  const card = buildAlertCard({ ...telling, id, why, followUp: followUpBlock(followUp, place) });
  return keepCard(deps.contents)(card, { id });
};

/** Changes with every change of the definition; each delivery carries the one that decided. */
const versionOf = (alert: Alert): string =>
  createHash('sha256').update(JSON.stringify(alert)).digest('hex').slice(0, 12);

const wishOf = (deps: TellDeps, { alert, row }: Telling, recipient: string): Wish => {
  const eventAt = new Date(noticedAt(row));
  return {
    subject: subjectOf(row),
    recipient,
    sender: deps.sender,
    receiveIdType: 'union_id',
    receiveId: recipient,
    eventAt,
    validUntil: new Date(eventAt.getTime() + validMs),
    ...(alert.urgency !== 'normal' && { urgency: alert.urgency }),
    decidedBy: { definition: versionOf(alert) },
  };
};

/** Runs it for everybody; one who fails keeps nobody else back, but the whole is not done. */
const forEach = async (
  told: readonly Told[],
  subject: string,
  run: (one: Told) => Promise<unknown>,
): Promise<void> => {
  const results = await Promise.allSettled(told.map(run));
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [result] : []));
  const [first] = failed;
  if (!first) return;
  log.error('alert_not_told', { subject, people: failed.length, ...errorFields(first.reason) });
  throw new UpstreamError('alert_not_told', 'some of its people have no row yet', { cause: first.reason });
};

/** Somebody acted in every one of these rounds: the next minute looks again. */
const maxRounds = 10;

/**
 * Changes what is shown to all of them until the follow-up is as it was when their cards were built: it lives on the same
 * cards, and who writes last must have seen both as they are.
 */
const showAll = async (deps: TellDeps, telling: Telling, { told, seen }: Showing): Promise<void> => {
  const subject = subjectOf(telling.row);
  const final = telling.face === 'recovered';
  let shown = seen;
  for (let round = 0; round < maxRounds; round += 1) {
    const followUp = await followUpOf(deps, telling, told);
    if (followUp.version === shown) return;
    await forEach(told, subject, async (one) => {
      const { hash } = await keepFor(deps, telling, { told: one, followUp });
      await deps.wantContent({ subject, recipient: one.person.person }, { hash, final });
    });
    shown = followUp.version;
  }
  throw new ConflictError('follow_up_changed_meanwhile', 'somebody acted in every round');
};

/**
 * One card for everybody of the scope, each exactly once: who has a row is passed over, so whoever takes over after a
 * crash sends the rest. The row says `planned` and `target` after the last of them exists; `undefined` when somebody
 * else changed it meanwhile.
 */
export const tellFiring = async (
  deps: TellDeps,
  { alert, row }: Omit<Telling, 'face'>,
): Promise<AlertRow | undefined> => {
  const telling: Telling = { alert, row, face: 'firing' };
  const subject = subjectOf(row);
  const told = await toldOf(deps, telling);
  const followUp = await followUpOf(deps, telling, told);
  await forEach(told, subject, async (one) => {
    const kept = await keepFor(deps, telling, { told: one, followUp });
    await deps.sendNow({ ...wishOf(deps, telling, one.person.person), ...kept });
  });
  await showAll(deps, telling, { told, seen: followUp.version });
  const target = (await deps.deliveries.listOfSubject(subject)).length;
  if (target === 0) log.warn('alert_nobody_to_tell', { subject });
  const planned = await deps.states.write({ ...row, planned: true, target, face: 'firing' });
  if (planned) log.info('alert_told', { subject, target });
  return planned;
};

/** What the cards of the latest firing should show; `undefined` before the first. */
const faceOf = (alert: Alert, { state }: AlertRow, now: Date): Face | undefined => {
  if (state.n === 0) return undefined;
  if (!state.active) return 'recovered';
  return isMissing(alert, state, now) ? 'silent' : 'firing';
};

/**
 * Somebody else changed the row while we showed a face: ours may lie over theirs, which was later. Without a face the row
 * is shown anew by whoever looks next.
 */
const forgetFace = async ({ states }: TellDeps, row: AlertRow): Promise<void> => {
  for (let round = 0; round < maxRounds; round += 1) {
    const found = await states.find(row.alert, row.dims);
    if (found?.state.n !== row.state.n || found.face === undefined) return;
    if (await states.write({ ...found, face: undefined })) return;
  }
};

/** A recovery is no new card: it changes the shown one. The row says what they were told to show, so a crash is made up for. */
export const refreshCards = async (
  deps: TellDeps,
  { alert, row }: Omit<Telling, 'face'>,
): Promise<AlertRow | undefined> => {
  const face = faceOf(alert, row, deps.now());
  if (face === undefined || face === row.face) return row;
  const telling: Telling = { alert, row, face };
  const told = await toldOf(deps, telling);
  await showAll(deps, telling, { told });
  log.info('alert_cards_changed', { subject: subjectOf(row), face });
  const written = await deps.states.write({ ...row, face });
  if (!written) await forgetFace(deps, row);
  return written;
};
