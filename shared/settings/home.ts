import * as z from 'zod';
import type { Settings } from '../store/settings.ts';

/** The Base 「直达·设置」: its name is what it is found by when a crash left it unrecorded. */
export const homeName = '直达·设置';
export const homeSetting = 'base#settings';

/** Stands in the queue of edits for every table, always due in the next night. */
export const nightlyRecord = 'nightly';

const homeSchema = z.object({
  appToken: z.string(),
  url: z.string().default(''),
  /** Id of a sheet → id of its table. */
  tables: z.record(z.string(), z.string()).default({}),
  subscribed: z.boolean().default(false),
});
export type SettingsHome = z.output<typeof homeSchema>;

/** Where the settings tables stand; `undefined` until `ops` has made them. */
export const findHome = async (settings: Pick<Settings, 'current'>): Promise<SettingsHome | undefined> =>
  homeSchema.safeParse((await settings.current(homeSetting))?.value).data;
