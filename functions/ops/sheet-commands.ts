import * as z from 'zod';
import { admins } from '../../config/admins.ts';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { allSheets } from '../../shared/settings/all-sheets.ts';
import { deskInForce } from '../../shared/settings/desk-in-force.ts';
import { findHome } from '../../shared/settings/home.ts';
import type { Known } from '../../shared/settings/known.ts';
import type { People } from '../../shared/store/people.ts';
import type { Reviews } from '../../shared/store/reviews.ts';
import { changedBy, confirm } from './setting-commands.ts';
import { makeSettingsBase } from './settings-base.ts';
import { type RollbackDeps, rollBack } from './settings-rollback.ts';
import { diffVersions, listSheets, listVersions, sheetOf } from './sheet-versions.ts';

export type SheetDeps = RollbackDeps & {
  readonly reviews: Pick<Reviews, 'find'>;
  readonly people: People;
};

const inputSchema = z.strictObject({
  do: z.string(),
  act: z.enum(['create', 'list', 'history', 'diff', 'rollback']).default('list'),
  /** Id or name of a table: sla, 时效与升级. */
  table: z.string().min(1).optional(),
  from: z.int().min(0).optional(),
  to: z.int().min(1).optional(),
  confirm,
  changedBy,
});
type Input = z.output<typeof inputSchema>;

const knownNow = async ({ settings, people }: SheetDeps, now: Date): Promise<Known> => {
  const [desk, here] = await Promise.all([deskInForce(settings, defaultDesk), people.listHere()]);
  return { desk, people: here, now };
};

const create = async (deps: SheetDeps, input: Input, known: Known): Promise<CommandReply> => {
  const { settings } = deps;
  if (!input.confirm) {
    const home = await findHome(settings);
    const tables = allSheets.map((sheet) => sheet.table);
    return {
      dryRun: true,
      base: home?.url ?? null,
      tables,
      hint: 'add "confirm": true to make what is missing',
    };
  }
  const isManager = ({ person, roles }: Known['people'][number]): boolean =>
    admins.people.includes(person) || roles.some((role) => admins.roles.includes(role));
  const managers = known.people.filter(isManager).map(({ person }) => person);
  return makeSettingsBase({
    settings,
    edits: deps.edits,
    bitable: deps.bitable(),
    known,
    changedBy: input.changedBy,
    managers,
  });
};

const versionIn = ({ to }: Input): number => {
  if (to !== undefined) return to;
  throw new InvalidInputError('version_missing', '"to" is the version that shall be in force again');
};

/**
 * `{"do":"settings"}` lists the tables of 「直达·设置」 and the versions in force; `act` create makes the Base, history and
 * diff tell what was changed by whom, rollback puts a version in force again.
 */
export const sheetCommand = (deps: SheetDeps): Command =>
  command(inputSchema, async (input, now): Promise<CommandReply> => {
    const known = await knownNow(deps, now);
    switch (input.act) {
      case 'create':
        return create(deps, input, known);
      case 'list':
        return listSheets(deps);
      case 'history':
        return listVersions(deps.settings, input.table, known);
      case 'diff':
        return diffVersions(deps.settings, input, known);
      case 'rollback':
        return rollBack(deps, { ...input, sheet: sheetOf(input.table), to: versionIn(input), known });
    }
  });
