import type { Admins } from '../../config/admins.ts';
import type { Alert } from '../../shared/alerts/definition.ts';
import { trialPeople, trialSetting } from '../../shared/delivery/modes.ts';
import { scopeFor, whyReceives } from '../../shared/digests/audience.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import type { People, Person } from '../../shared/store/people.ts';
import type { Settings } from '../../shared/store/settings.ts';
import { broken, type Check, fine, list, warning } from './check.ts';

export type DirectoryDeps = {
  readonly releases: readonly Bundle[];
  readonly alertDefinitions: readonly Alert[];
  readonly admins: Admins;
  /** The queries that there are, by source; a source that isn't here has none that are named. */
  readonly queries: Readonly<Record<string, readonly string[]>>;
  readonly people: Pick<People, 'listHere'>;
  readonly settings: Pick<Settings, 'current'>;
};

/** A night, and the two hours in which a sync may run late or be repeated. */
const syncedWithinMs = 26 * 3_600_000;

const digestsOf = ({ releases }: DirectoryDeps): readonly Digest[] =>
  releases.flatMap(({ digests }) => digests);

const queriesCheck = (deps: DirectoryDeps): Check => {
  const used = digestsOf(deps).flatMap(({ source, sections }) =>
    sections.map(({ query }) => ({ query, known: deps.queries[source.id] })),
  );
  const missing = used.flatMap(({ query, known }) => (known?.includes(query) === false ? [query] : []));
  if (missing.length === 0) return fine('config.queries', `${used.length} sections name queries that exist`);
  return broken('config.queries', {
    detail: `named by a digest and written nowhere: ${list([...new Set(missing)])}`,
    fix: 'write them in config/queries/bi.ts and deploy',
  });
};

const rolesOfAlert = ({ audience, owner, scope }: Alert): readonly string[] => [
  owner,
  ...audience.roles,
  ...(scope.by === 'dimension' ? scope.wholeCompany : []),
];

const rolesOf = ({ audience, scope, sections }: Digest): readonly string[] => [
  ...audience.roles,
  ...(scope.by === '大区' ? scope.wholeCompany : []),
  ...sections.flatMap(({ entitledRoles = [] }) => entitledRoles),
];

/** Also a role that somebody may take on tomorrow, so it is a warning. */
const rolesCheck = (deps: DirectoryDeps, here: readonly Person[]): Check => {
  const held = new Set(here.flatMap(({ roles }) => roles));
  const named = [...digestsOf(deps).flatMap(rolesOf), ...deps.alertDefinitions.flatMap(rolesOfAlert)];
  const unheld = [...new Set(named)].filter((role) => !held.has(role));
  if (unheld.length === 0) return fine('config.roles', 'every role that a digest or alert names is held');
  return warning('config.roles', {
    detail: `held by nobody: ${list(unheld)}`,
    fix: 'map the titles of your directory to these roles in config/roles.ts, then run people-sync',
  });
};

const readersOf = (digest: Digest, here: readonly Person[]): number =>
  here.filter((person) => {
    const who = { ...person, unionId: person.person };
    return whyReceives(digest, who) !== undefined && scopeFor(digest, who) !== undefined;
  }).length;

const audiencesCheck = (deps: DirectoryDeps, here: readonly Person[]): Check => {
  const counted = digestsOf(deps).map((digest) => ({ id: digest.id, readers: readersOf(digest, here) }));
  const empty = counted.filter(({ readers }) => readers === 0).map(({ id }) => id);
  const detail = counted.map(({ id, readers }) => `${id} ${readers}`).join(', ');
  if (empty.length === 0) return fine('config.audiences', detail);
  return broken('config.audiences', {
    detail: `nobody would get: ${list(empty)}`,
    fix: 'name a role, department or person of the directory in the audience (config/digests/<id>.ts)',
  });
};

const adminsCheck = ({ admins }: DirectoryDeps, here: readonly Person[]): Check => {
  const told = here.filter(
    ({ person, roles }) =>
      admins.people.includes(person) || roles.some((role) => admins.roles.includes(role)),
  );
  if (told.length > 0) return fine('config.admins', `${told.length} people are told what the system needs`);
  return warning('config.admins', {
    detail: 'nobody is told what the system needs',
    fix: 'name a role that somebody has, or a union_id, in config/admins.ts and deploy',
  });
};

const peopleCheck = (here: readonly Person[]): Check =>
  here.length > 0
    ? fine('directory.people', `${here.length} people`)
    : broken('directory.people', { detail: 'the directory is empty', fix: 'invoke people-sync' });

const syncedCheck = (here: readonly Person[], now: Date): Check => {
  const [oldest] = here.map(({ syncedAt }) => syncedAt).toSorted();
  if (oldest !== undefined && now.getTime() - Date.parse(oldest) <= syncedWithinMs)
    return fine('directory.synced', `everybody since ${oldest}`);
  return broken('directory.synced', {
    detail: oldest === undefined ? 'never' : `somebody not since ${oldest}`,
    fix: 'invoke people-sync and read its log: "feature_off" is a missing scope, "directory_shrunken" a lost range',
  });
};

const trialCheck = async ({ settings }: DirectoryDeps, here: readonly Person[]): Promise<Check> => {
  const people = trialPeople(await settings.current(trialSetting));
  const known = new Set(here.map(({ person }) => person));
  const gone = people.filter((person) => !person.startsWith('chat:') && !known.has(person));
  if (gone.length === 0) return fine('trial.people', `${people.length} on the trial list`);
  return warning('trial.people', {
    detail: `${gone.length} of ${people.length} on the trial list are not here any more`,
    fix: 'set the list again: {"do":"trial","people":["…"],"confirm":true}',
  });
};

/** The configuration against the people who are there. */
export const directoryChecks = async (deps: DirectoryDeps, now: Date): Promise<readonly Check[]> => {
  const here = await deps.people.listHere();
  return [
    fine('config.loads', `${deps.releases.length} release(s), ${digestsOf(deps).length} digests`),
    queriesCheck(deps),
    peopleCheck(here),
    syncedCheck(here, now),
    rolesCheck(deps, here),
    audiencesCheck(deps, here),
    adminsCheck(deps, here),
    await trialCheck(deps, here),
  ];
};
