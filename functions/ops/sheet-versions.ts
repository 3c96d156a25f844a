import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import type { CommandReply } from '../../shared/lambda/command.ts';
import { allSheets, sheetCalled } from '../../shared/settings/all-sheets.ts';
import { changesBetween, linesOf } from '../../shared/settings/changes.ts';
import { findHome } from '../../shared/settings/home.ts';
import { sheetSetting } from '../../shared/settings/in-force.ts';
import { type Known, nameOf } from '../../shared/settings/known.ts';
import type { Kept, Sheet } from '../../shared/settings/sheet.ts';
import type { Reviews } from '../../shared/store/reviews.ts';
import type { Setting, Settings } from '../../shared/store/settings.ts';

/** Throws `unknown_table`. */
export const sheetOf = (wanted: string | undefined): Sheet => {
  const found = wanted === undefined ? undefined : sheetCalled(wanted);
  if (found) return found;
  const names = allSheets.map(({ id, table }) => `${id} (${table})`).join(' | ');
  throw new NotFoundError('unknown_table', `"table" must be one of: ${names}`);
};

/** Far more than anybody looks back; each is one row. */
const kept = 200;
const shown = 20;

/** Version 0 is the empty table. Throws `unknown_version`, `version_unreadable`. */
export const rowsOfVersion = async (
  settings: Settings,
  sheet: Sheet,
  wanted: number,
): Promise<readonly Kept[]> => {
  if (wanted === 0) return [];
  const recent = await settings.recent(sheetSetting(sheet), kept);
  const found = recent.find(({ version }) => Number(version) === wanted);
  if (!found) throw new NotFoundError('unknown_version', `${sheet.id} has no version ${wanted}`);
  const rows = sheet.stored(found.value);
  if (rows) return rows;
  throw new ConflictError('version_unreadable', `${sheet.id}@${wanted} is from an older form of the table`);
};

const rowsIn = (sheet: Sheet, setting: Setting | undefined): readonly Kept[] =>
  (setting && sheet.stored(setting.value)) ?? [];

type Stores = { readonly settings: Settings; readonly reviews: Pick<Reviews, 'find'> };

const stateOf =
  ({ settings, reviews }: Stores) =>
  async (sheet: Sheet): Promise<CommandReply> => {
    const [current, review] = await Promise.all([
      settings.current(sheetSetting(sheet)),
      reviews.find(sheet.id),
    ]);
    const { id, table } = sheet;
    const waiting = review?.review.state === 'open' ? { waiting: review.review.lines } : {};
    if (!current) return { id, table, version: 0, rows: sheet.defaults().length, ...waiting };
    const { version, changedBy, changedAt } = current;
    const rows = rowsIn(sheet, current).length;
    return { id, table, version: Number(version), rows, changedBy, changedAt, ...waiting };
  };

export const listSheets = async (stores: Stores): Promise<CommandReply> => {
  const home = await findHome(stores.settings);
  return {
    base: home?.url ?? null,
    subscribed: home?.subscribed ?? false,
    tables: await Promise.all(allSheets.map(stateOf(stores))),
  };
};

/** The last 20 versions, each with what it changed. */
export const listVersions = async (
  settings: Settings,
  wanted: string | undefined,
  known: Known,
): Promise<CommandReply> => {
  const sheet = sheetOf(wanted);
  const recent = await settings.recent(sheetSetting(sheet), shown + 1);
  const versions = recent.slice(0, shown).map((setting, index) => {
    const before = rowsIn(sheet, recent[index + 1]);
    const changes = changesBetween(before, rowsIn(sheet, setting));
    const by = known.people.some(({ person }) => person === setting.changedBy)
      ? nameOf(known, setting.changedBy)
      : setting.changedBy;
    return {
      version: Number(setting.version),
      changedBy: by,
      changedAt: setting.changedAt,
      lines: linesOf(sheet, { before, changes }, known),
    };
  });
  return { table: sheet.table, versions };
};

/** From one version to another; without them, what the last change did. */
export const diffVersions = async (
  settings: Settings,
  { table, from, to }: { table?: string | undefined; from?: number | undefined; to?: number | undefined },
  known: Known,
): Promise<CommandReply> => {
  const sheet = sheetOf(table);
  const newest = Number((await settings.current(sheetSetting(sheet)))?.version ?? '0');
  const until = to ?? newest;
  const since = from ?? Math.max(0, until - 1);
  const [before, after] = await Promise.all([
    rowsOfVersion(settings, sheet, since),
    rowsOfVersion(settings, sheet, until),
  ]);
  const changes = changesBetween(before, after);
  return { table: sheet.table, from: since, to: until, lines: linesOf(sheet, { before, changes }, known) };
};
