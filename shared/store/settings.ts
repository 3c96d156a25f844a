/**
 * Values in force, one row per version; the newest version counts. Nothing is overwritten, so every window and delivery
 * can name the version it used.
 *
 * Access patterns: newest version of a setting (query, descending, 1); append a version if it is absent.
 */
import * as z from 'zod';
import { table } from './table.ts';

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
  /** Every version of a setting, oldest first. */
  readonly history: (setting: string) => Promise<readonly Setting[]>;
  /** Appends the next version; `false` when somebody else did at the same moment. */
  readonly append: (setting: string, change: SettingChange) => Promise<boolean>;
};
export type SettingChange = { readonly value: unknown; readonly changedBy: string; readonly now: Date };

const nextVersion = (current: Setting | undefined): string =>
  String(Number(current?.version ?? '0') + 1).padStart(8, '0');

const ofSetting = (
  setting: string,
): { KeyConditionExpression: string; ExpressionAttributeValues: Record<string, string> } => ({
  KeyConditionExpression: 'setting = :setting',
  ExpressionAttributeValues: { ':setting': setting },
});

export const settings = (name: string): Settings => {
  const rows = table(name, settingSchema);
  const history = (setting: string): Promise<readonly Setting[]> => rows.query(ofSetting(setting));
  const current = async (setting: string): Promise<Setting | undefined> =>
    (await rows.query({ ...ofSetting(setting), ScanIndexForward: false, ConsistentRead: true }, 1)).at(0);
  return {
    current,
    history,
    append: async (setting, { value, changedBy, now }) =>
      rows.put(
        {
          setting,
          version: nextVersion(await current(setting)),
          value,
          changedBy,
          changedAt: now.toISOString(),
        },
        { ConditionExpression: 'attribute_not_exists(setting)' },
      ),
  };
};
