import { describe, expect, it } from 'vitest';
import { opsCommands } from '../../functions/ops/commands.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { allSheets } from '../../shared/settings/all-sheets.ts';
import { findHome } from '../../shared/settings/home.ts';
import { clinic } from './clinic.ts';

const { wired } = clinic();
const run = (input: object) => runCommand(opsCommands(wired()), { do: 'settings', ...input });
const names = allSheets.map(({ table }) => table);

describe('ops settings', () => {
  it('says what it would make', async () => {
    expect(await run({ act: 'create' })).toMatchObject({ ok: true, dryRun: true, base: null, tables: names });
  });

  it('makes the Base with its tables, filled with what is in force', async () => {
    const made = await run({ act: 'create', confirm: true });
    expect(made).toMatchObject({
      ok: true,
      tables: allSheets.map(({ table, defaults }) => ({
        table,
        done: 'made with the defaults',
        rows: defaults().length,
      })),
    });
    const bitable = wired().bitable();
    const home = await findHome(wired().settings);
    const tables = await bitable.listTables(home?.appToken ?? '');
    expect(tables).toMatchObject({ kind: 'ok', data: names.map((name) => ({ name })) });
    expect(home).toMatchObject({ subscribed: true });
  });

  it('made again changes nothing', async () => {
    const again = await run({ act: 'create', confirm: true });
    expect(again).toMatchObject({ ok: true, tables: allSheets.map(() => ({ done: 'there already' })) });
    expect(await run({})).toMatchObject({ tables: allSheets.map(() => ({ version: 1 })) });
  });

  it('tells the versions of a table', async () => {
    const { versions } = (await run({ act: 'history', table: '时效与升级' })) as {
      versions: { version: number; lines: string[] }[];
    };
    expect(versions[0]).toMatchObject({ version: 1, changedBy: 'ops' });
    expect(versions[0]?.lines).toHaveLength(5);
    expect(await run({ act: 'diff', table: 'nobody' })).toMatchObject({ ok: false, code: 'unknown_table' });
  });
});
