import { clockTime, type Day, dayOf } from '../../shared/calendar/day.ts';
import { explainCode } from '../../shared/feishu/code-fixes.ts';
import { meaningOf } from '../../shared/feishu/codes.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { People, Person } from '../../shared/store/people.ts';

export type FailedDeps = { readonly deliveries: Deliveries; readonly people: People };

/** `mayWork`: another try may arrive · `hopeless`: never as things are · `unknown`: it may have arrived already. */
export type Prospect = 'mayWork' | 'hopeless' | 'unknown';

export type Failed = {
  readonly subject: string;
  readonly recipient: string;
  readonly name: string;
  readonly code: string;
  readonly reason: string;
  readonly prospect: Prospect;
  readonly fix: string;
  readonly tried: string;
};

/** A row that nobody will try again; one with a due time is tried by itself. */
export const isFailedForGood = ({ state, dueAt }: Delivery): boolean =>
  state === 'failed' && dueAt === undefined;

const codeOf = ({ code = '' }: Delivery): number | string => (/^\d+$/.test(code) ? Number(code) : code);

const prospectOf = (delivery: Delivery): Prospect => {
  const code = codeOf(delivery);
  if (code === 'outcome_unknown') return 'unknown';
  return code === 'content_missing' || meaningOf(code).final ? 'hopeless' : 'mayWork';
};

const ownFixes: Readonly<Record<string, string>> = {
  outcome_unknown: 'look at the chat; "evenIfUnknown": true sends again, and the person may see it twice',
  content_missing: 'the card is gone: plan it anew',
};

const toFailed = (delivery: Delivery, names: ReadonlyMap<string, string>): Failed => {
  const code = codeOf(delivery);
  const { reason, fix } = explainCode(code);
  const tried = new Date(delivery.firstTriedAt ?? delivery.plannedAt);
  return {
    subject: delivery.subject,
    recipient: delivery.recipient,
    name: names.get(delivery.recipient) ?? delivery.recipient,
    code: String(code),
    reason,
    prospect: prospectOf(delivery),
    fix: ownFixes[String(code)] ?? fix,
    tried: `${dayOf(tried)} ${clockTime(tried)}`,
  };
};

const namesOf = (here: readonly Person[]): ReadonlyMap<string, string> =>
  new Map(here.map(({ person, name }) => [person, name]));

export const failedOfSubject = async (
  { deliveries, people }: FailedDeps,
  subject: string,
): Promise<readonly Failed[]> => {
  const [rows, here] = await Promise.all([deliveries.listOfSubject(subject), people.listHere()]);
  const names = namesOf(here);
  return rows.filter(isFailedForGood).map((row) => toFailed(row, names));
};

/** People asked about at once: a day has no index of its own, so each person's is read. */
const atOnce = 32;

/** Of everybody who is here; one query a person, so a few seconds in a company of thousands. */
export const failedOfDay = async (
  { deliveries, people }: FailedDeps,
  day: Day,
): Promise<readonly Failed[]> => {
  const here = await people.listHere();
  const names = namesOf(here);
  const waiting = [...here];
  const failed: Failed[] = [];
  const readNext = async (): Promise<void> => {
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      const rows = await deliveries.listOfPerson(one.person, day);
      failed.push(...rows.filter(isFailedForGood).map((row) => toFailed(row, names)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readNext));
  return failed.toSorted((a, b) => `${a.subject} ${a.name}`.localeCompare(`${b.subject} ${b.name}`));
};
