/**
 * Values in force, one row per version; the newest version counts. Nothing is overwritten, so every window and delivery
 * can name the version it used.
 *
 * Access patterns: newest version of a setting (query, descending, 1), the last few of them (resume, doctor); append a
 * version if it is absent.
 */
import * as z from 'zod';
import { table, type Write } from './table.ts';

const settingSchema = z.object({
  setting: z.string(),
  version: z.string(),
  value: z.unknown(),
  changedBy: z.string(),
  changedAt: z.string(),
});
export type Setting = z.output<typeof settingSchema>;

export type Settings = {
  readonly current: (setting: string) => Promise<Setting | undefined>;
  /** Newest first. */
  readonly recent: (setting: string, limit: number) => Promise<readonly Setting[]>;
  /** Appends the next version; `false` when somebody else did at the same moment. */
  readonly append: (setting: string, change: SettingChange) => Promise<boolean>;
};
export type SettingChange = {
  readonly value: unknown;
  readonly changedBy: string;
  readonly now: Date;
  /** Only while this is the newest version, as a number; 0: there is none. */
  readonly after?: number;
};

const versionText = (version: number): string => String(version).padStart(8, '0');

const rowOf = (
  setting: string,
  { value, changedBy, now }: SettingChange,
  after: number,
): Omit<Setting, 'value'> & { readonly value: unknown } => ({
  setting,
  version: versionText(after + 1),
  value,
  changedBy,
  changedAt: now.toISOString(),
});
const isNew = { ConditionExpression: 'attribute_not_exists(setting)' };

/** The write that appends a version after the one that was read, for `writeTogether`. */
export const settingWrite = (
  TableName: string,
  setting: string,
  change: SettingChange & { readonly after: number },
): Write => ({ TableName, Item: rowOf(setting, change, change.after), ...isNew });

export const settings = (name: string): Settings => {
  const rows = table(name, settingSchema);
  const recent = (setting: string, limit: number): Promise<readonly Setting[]> => {
    const newest = {
      KeyConditionExpression: 'setting = :setting',
      ExpressionAttributeValues: { ':setting': setting },
      ScanIndexForward: false,
      ConsistentRead: true,
    };
    return rows.query(newest, limit);
  };
  const current = async (setting: string): Promise<Setting | undefined> => (await recent(setting, 1)).at(0);
  return {
    current,
    recent,
    append: async (setting, change) => {
      const newest = change.after ?? Number((await current(setting))?.version ?? '0');
      return rows.put(rowOf(setting, change, newest), isNew);
    },
  };
};
