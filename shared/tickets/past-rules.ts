import { defaultDesk } from '../../config/tickets/desk.ts';
import { deskInForce } from '../settings/desk-in-force.ts';
import type { Setting, Settings } from '../store/settings.ts';
import type { Rules } from './rules.ts';

/** The rules of that version; `undefined` when one of its tables can't be had any more. */
export type PastRules = (version: string) => Promise<Rules | undefined>;

/** `sla@3+routing@1` → sheet#sla: 3, sheet#routing: 1. */
const sheetsOf = (version: string): ReadonlyMap<string, number> =>
  new Map(
    version.split('+').flatMap((text): [string, number][] => {
      const [sheet, number] = text.split('@');
      return sheet && number ? [[`sheet#${sheet}`, Number(number)]] : [];
    }),
  );

type Kept = Pick<Settings, 'current' | 'recent'>;

const versionOf = async (settings: Kept, setting: string, wanted: number): Promise<Setting | undefined> => {
  const newest = await settings.current(setting);
  const back = Number(newest?.version ?? '0') - wanted;
  if (back <= 0) return back === 0 ? newest : undefined;
  return (await settings.recent(setting, back + 1)).find(({ version }) => Number(version) === wanted);
};

const load = async (settings: Kept, version: string, { calendar }: Rules): Promise<Rules | undefined> => {
  if (version === defaultDesk.version) return { desk: defaultDesk, calendar };
  const wanted = sheetsOf(version);
  const asOfThen = {
    current: async (setting: string) => {
      const number = wanted.get(setting);
      return number === undefined ? undefined : versionOf(settings, setting, number);
    },
  };
  const desk = await deskInForce(asOfThen, defaultDesk);
  return desk.version === version ? { desk, calendar } : undefined;
};

/** Each version is read once. The calendar is always the one in force: only its guesses change. */
export const pastRules = (settings: Kept, rules: () => Promise<Rules>): PastRules => {
  const known = new Map<string, Promise<Rules | undefined>>();
  return async (version) => {
    const inForce = await rules();
    if (version === inForce.desk.version) return inForce;
    const loading = known.get(version) ?? load(settings, version, inForce);
    known.set(version, loading);
    return loading;
  };
};
