import * as z from 'zod';
import { dayOf, daySchema } from '../../shared/calendar/day.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { explain } from '../../shared/digests/explain.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { findPerson } from '../../shared/find-person.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Person } from '../../shared/store/people.ts';
import { releaseNow, subjectOf } from './due.ts';
import { gatherer } from './gather.ts';
import { judge } from './judge.ts';
import { circleOf, postsOf, renderFor } from './recipients.ts';
import type { DigestDeps } from './release.ts';

const day = z.string().refine((text) => z.safeParse(daySchema, text).success, 'is not a date YYYY-MM-DD');
const id = z.string().default('morning');
const runSchema = z.strictObject({
  do: z.literal('run'),
  id,
  date: day.optional(),
  confirm: z.boolean().default(false),
});
const aboutPersonSchema = z.strictObject({
  do: z.string(),
  id,
  date: day.optional(),
  /** union_id, job number or name. */
  person: z.string().min(1),
});

const releaseOf = ({ releases }: DigestDeps, wanted: string): Bundle => {
  const found = releases.find((release) => release.id === wanted);
  if (found) return found;
  const names = releases.map((release) => release.id).join(' | ');
  throw new NotFoundError('unknown_digest', `"id" must be one of: ${names}`);
};

const personOf = async ({ people }: DigestDeps, wanted: string): Promise<Person> =>
  findPerson(wanted, await people.listHere());

/** Also who left or is out of scope by now, by union_id: they ask why, too. */
const anyoneOf = async (deps: DigestDeps, wanted: string): Promise<Person> => {
  const known = wanted.startsWith('on_') ? await deps.people.find(wanted) : undefined;
  return known ?? personOf(deps, wanted);
};

const countStates = (states: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set(states)].map((state) => [state, states.filter((each) => each === state).length]),
  );

const run = (deps: DigestDeps): Command =>
  command(runSchema, async ({ id: wanted, date, confirm }): Promise<CommandReply> => {
    const release = releaseOf(deps, wanted);
    const today = dayOf(deps.now());
    const on = date ?? today;
    if (on > today)
      throw new InvalidInputError('date_in_future', `${on} has no figures yet: preview shows a card`);
    const window = await deps.windows.find(release.id, on);
    if (window?.state === 'sent') {
      throw new ConflictError('window_sent', `${release.name} ${on} has been sent; it is never sent twice`);
    }
    if (!confirm) {
      return {
        dryRun: true,
        id: release.id,
        date: on,
        state: window?.state ?? 'new',
        hint: 'add "confirm": true to send',
      };
    }
    const outcome = await releaseNow(deps, release, on);
    const rows = await deps.deliveries.listOfSubject(subjectOf(release.id, on));
    return {
      id: release.id,
      date: on,
      outcome,
      target: rows.length,
      states: countStates(rows.map(({ state }) => state)),
    };
  });

const preview = (deps: DigestDeps): Command =>
  command(aboutPersonSchema, async ({ id: wanted, date, person: who }): Promise<CommandReply> => {
    const release = releaseOf(deps, wanted);
    const person = await personOf(deps, who);
    const now = deps.now();
    const on = date ?? dayOf(now);
    const { members } = await judge(deps, { release, day: on, at: now }, { mayWait: false, force: true });
    const circle = await circleOf(deps, { release, day: on });
    const gathered = await gatherer(members, deps.source, { ...circle, now })(person);
    if (gathered?.kind !== 'sections') {
      return {
        sentTo: 'nobody',
        person: person.name,
        card: null,
        reason: gathered?.reason ?? 'not_in_audience',
      };
    }
    const { calendar } = await deps.calendar();
    const note = calendar.note(on);
    const posts = (await postsOf(deps, { release, day: on }))(person);
    const occasion = { release, day: on, members, notes: note ? [note] : [], posts };
    const { text, step, bytes } = renderFor(occasion, person, gathered);
    const card: unknown = JSON.parse(text);
    return { sentTo: 'nobody', person: person.name, bytes, degraded: step, card };
  });

const explainOne = (deps: DigestDeps): Command =>
  command(aboutPersonSchema, async ({ id: wanted, date, person: who }): Promise<CommandReply> => {
    const release = releaseOf(deps, wanted);
    const person = await anyoneOf(deps, who);
    const now = deps.now();
    const on = date ?? dayOf(now);
    const { calendar, version: calendarVersion } = await deps.calendar();
    const { isWorkday } = calendar;
    const subject = subjectOf(release.id, on);
    const [window, delivery] = await Promise.all([
      deps.windows.find(release.id, on),
      deps.deliveries.find({ subject, recipient: person.person }),
    ]);
    const steps = explain({ release, day: on, person, window, delivery, isWorkday, calendarVersion, now });
    return { person: person.name, digest: release.id, date: on, steps, window, delivery };
  });

/** `{"do":"run"|"preview"|"explain"}` for administrators. */
export const digestCommands = (deps: DigestDeps): Readonly<Record<string, Command>> => ({
  run: run(deps),
  preview: preview(deps),
  explain: explainOne(deps),
});
