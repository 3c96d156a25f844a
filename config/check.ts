import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Account, Circle } from '../shared/broadcasts/account.ts';
import { AppError, InvalidConfigError } from '../shared/errors.ts';

const refuse = (file: string, problem: string, cause?: unknown): never => {
  throw new InvalidConfigError('invalid_config', `${file}: ${problem}`, { cause });
};

/** Loads one config file; whatever breaks names it. */
const load = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const loaded: unknown = await import(join(import.meta.dirname, '..', file));
    return z.record(z.string(), z.unknown()).parse(loaded);
  } catch (error) {
    if (error instanceof AppError && error.message.startsWith('config/')) throw error;
    return refuse(file, error instanceof Error ? error.message : String(error), error);
  }
};

const idOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;

type Kind = { readonly folder: string; readonly one: string };
type Listed = readonly { readonly id: string }[];

/** Files of a folder that hold no entry of its list. */
const beside = ['all.ts', 'default-ladder.ts'];

/** A digest, alert or account that stands in no list would never be sent and nobody would notice. */
const checkListed = async ({ folder, one }: Kind, readAll: () => Promise<Listed>): Promise<void> => {
  const files = readdirSync(join(import.meta.dirname, folder)).filter((file) => !beside.includes(file));
  for (const file of files) {
    const path = `config/${folder}/${file}`;
    const ids = Object.values(await load(path)).map(idOf);
    if (ids.join() !== file.replace('.ts', '')) {
      refuse(path, `id: is ${ids.join()}, ${one} is called like its file`);
    }
  }
  const listed = new Set((await readAll()).map(({ id }) => `${id}.ts`));
  const forgotten = files.find((file) => !listed.has(file));
  if (forgotten) refuse(`config/${folder}/${forgotten}`, `is missing in config/${folder}/all.ts`);
};

const digests: Kind = { folder: 'digests', one: 'a digest' };
const alerts: Kind = { folder: 'alerts', one: 'an alert' };
const accounts: Kind = { folder: 'accounts', one: 'an account' };

const isBlank = (text: string): boolean => text.trim() === '';

const circlesOf = ({
  editors,
  approvers,
  audience,
}: Account): Readonly<Record<string, readonly Circle[]>> => ({
  editors,
  approvers,
  'audience.any': 'any' in audience ? audience.any : [],
  'audience.except': audience.except,
});

/** The field whose name of a department or role consists of blanks: it would never be anybody's. */
const blankIn = (account: Account): string | undefined => {
  const names = Object.entries(circlesOf(account)).flatMap(([field, circles]) =>
    circles.flatMap(({ departments = [], roles = [] }, at) => [
      ...departments.map((name) => ({ path: `${field}.${at}.departments`, name })),
      ...roles.map((name) => ({ path: `${field}.${at}.roles`, name })),
    ]),
  );
  const groups = account.groups.map((name) => ({ path: 'groups', name }));
  return [...names, ...groups].find(({ name }) => isBlank(name))?.path;
};

/** 加急 and lists to managers leave while people are at work: otherwise quiet hours would hold them until they are late. */
const offHoursIn = ({ ladder }: Account): string | undefined => {
  const times = Object.entries({ urgentAt: ladder.urgentAt, managersAt: ladder.managersAt });
  const [field, time] = times.find(([, at]) => at < '09:00' || at > '18:00') ?? [];
  return field === undefined ? undefined : `ladder.${field}: ${time ?? ''} is outside 09:00–18:00`;
};

/** What the shape of one account can't say: who sends for it, names that are blank, two of one name. */
const checkAccounts = async (): Promise<void> => {
  const [{ allAccounts }, { senders }] = await Promise.all([
    import('./accounts/all.ts'),
    import('./senders.ts'),
  ]);
  const known: readonly string[] = senders.map(({ id }) => id);
  for (const [at, account] of allAccounts.entries()) {
    const file = `config/accounts/${account.id}.ts`;
    if (!known.includes(account.sender))
      refuse(file, `sender: ${account.sender} is not in config/senders.ts`);
    const blank = blankIn(account);
    if (blank !== undefined) refuse(file, `${blank}: is blank`);
    const early = offHoursIn(account);
    if (early !== undefined) refuse(file, early);
    const twin = allAccounts.slice(0, at).find(({ id, name }) => id === account.id || name === account.name);
    if (twin) refuse(file, `name: ${account.name} is also that of config/accounts/${twin.id}.ts`);
  }
};

/** A morning card that is called otherwise would be held with the rest at the end of a month. */
const checkBudget = async (): Promise<void> => {
  const [{ budget }, { releases }] = await Promise.all([import('./budget.ts'), import('./bundles.ts')]);
  const unknown = budget.morning.find((id) => !releases.some((release) => release.id === id));
  if (unknown !== undefined) refuse('config/budget.ts', `morning: ${unknown} is no release`);
};

/**
 * Loads every file of config/ as the functions will. Throws `invalid_config` that names the file and the field, so that
 * a slip stops `npm start` and `serverless package`, not tomorrow's morning card.
 */
export const checkConfig = async (): Promise<void> => {
  await checkListed(digests, async () => {
    await load('config/bundles.ts');
    return (await import('./bundles.ts')).releases.flatMap((release) => release.digests);
  });
  await checkListed(alerts, async () => (await import('./alerts/all.ts')).allAlerts);
  await checkListed(accounts, async () => (await import('./accounts/all.ts')).allAccounts);
  await checkAccounts();
  await checkBudget();
  const files = [
    'admins.ts',
    'budget.ts',
    'bundles.ts',
    'links.ts',
    'queries/bi.ts',
    'roles.ts',
    'senders.ts',
  ];
  for (const file of files) await load(`config/${file}`);
};
