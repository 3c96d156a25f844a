import { setTimeout as wait } from 'node:timers/promises';
import { command } from './command.ts';
import { settingsBase } from './demo-bases.ts';
import { putOnDuty } from './on-duty.ts';
import { type DayOfCases, dayOfCases } from './sources/cases.ts';
import type { Stack } from './stack.ts';

/** The Base of the settings with its tables, and people who work today. The first case makes the Base of the tickets. */
export const openDesk = async (stack: Stack, say: (line: string) => void): Promise<void> => {
  say(`建立多维表格「${settingsBase}」`);
  await command(stack, 'ops', { do: 'settings', act: 'create', confirm: true });
  await putOnDuty(stack, say);
};

const dayMs = 15.5 * 3_600_000;

/** A day of cases within some seconds. */
export const compressedDay = (size: { readonly cases: number; readonly seconds: number }): DayOfCases =>
  dayOfCases({
    seed: 3,
    count: size.cases,
    begin: new Date(),
    speed: dayMs / (size.seconds * 1_000),
  });

/** Requests of all systems that are on their way at once. */
const atOnce = 2;

/** Every event at its moment, or as soon as those before it are answered: nobody opens a hundred connections at once. */
export const playDay = async (
  { shops }: Pick<Stack, 'shops'>,
  { events }: Pick<DayOfCases, 'events'>,
): Promise<void> => {
  const begin = Date.now();
  let sent = 0;
  for (const event of events) {
    const early = begin + event.afterMs - Date.now();
    if (early > 0) await wait(early);
    if ('push' in event) shops.send(event.push);
    else shops.say(event.kf);
    sent += 1;
    if (sent % atOnce === 0) await shops.idle();
  }
  await shops.idle();
};

/** About one case a minute for a working day, none of which was in the first day. */
export const trickle = ({ shops }: Stack, first: { readonly cases: number }): void => {
  const perDay = dayMs / 60_000;
  const { events } = dayOfCases({ seed: 4, count: first.cases + perDay, begin: new Date() });
  const fresh = events.filter(({ story }) => story > first.cases);
  const start = fresh[0]?.afterMs ?? 0;
  shops.play(fresh.map((event) => ({ ...event, afterMs: event.afterMs - start })));
};
