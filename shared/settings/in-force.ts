import { log } from '../log.ts';
import type { Settings } from '../store/settings.ts';
import type { Kept, Sheet } from './sheet.ts';

/** Under this name the versions of a table's rows are kept. */
export const sheetSetting = ({ id }: Pick<Sheet, 'id'>): string => `sheet#${id}`;

/** Version 0: nobody has made the table yet, so the defaults of `config/` count. */
export type InForce<Row = unknown> = { readonly rows: readonly Kept<Row>[]; readonly version: number };

/**
 * The rows in force. A value that the table's schema no longer reads counts as none: cases go on by the defaults, and the
 * log says so.
 */
export const rowsInForce =
  (settings: Pick<Settings, 'current'>) =>
  async <Row>(sheet: Sheet<Row>): Promise<InForce<Row>> => {
    const current = await settings.current(sheetSetting(sheet));
    if (!current) return { rows: [], version: 0 };
    const rows = sheet.stored(current.value);
    if (rows) return { rows, version: Number(current.version) };
    log.error('settings_unreadable', { setting: current.setting, version: current.version });
    return { rows: [], version: 0 };
  };

/** 「sla@3」, or nothing while the defaults count. */
export const versionText = ({ id }: Pick<Sheet, 'id'>, { version }: InForce): readonly string[] =>
  version === 0 ? [] : [`${id}@${version}`];

/** 3 in `sla@3+routing@1`; 0 while the defaults count. */
export const rulesVersionOf = (sheet: string, version: string): number =>
  Number(
    version
      .split('+')
      .find((part) => part.startsWith(`${sheet}@`))
      ?.slice(sheet.length + 1) ?? '0',
  );
