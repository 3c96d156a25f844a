import { rolesOf } from '../../config/roles.ts';
import { people as peopleStore } from '../../shared/store/people.ts';
import type { Company, Department, Person } from '../../simulator/company.ts';
import { companyOf } from '../../simulator/crowd/company-of.ts';
import { localApps } from '../../simulator/feishu/apps.ts';
import { type Cast, tableName } from './world.ts';

const seed = 7;

const isRoot = ({ parentId }: Department): boolean => parentId === '0';

/** The account 制度与流程 belongs to 人力资源: the first centre of the generated company gets its name and its head. */
const withEditors = (company: Company): Company => {
  const centre = company.departments.filter(isRoot).at(1);
  if (!centre) throw new Error('so few people have no department of their own');
  return {
    ...company,
    departments: company.departments.map((each) =>
      each.id === centre.id ? { ...each, name: '人力资源' } : each,
    ),
    people: company.people.map((each) =>
      each.userId === centre.leaderUserId ? { ...each, jobTitle: 'HRD' } : each,
    ),
  };
};

/** A department's name and those above it. */
const lineageIn = ({ departments }: Company): ((id: string) => readonly string[]) => {
  const byId = new Map(departments.map((each) => [each.id, each]));
  const above = (id: string): readonly string[] => {
    const found = byId.get(id);
    return found ? [found.name, ...above(found.parentId)] : [];
  };
  return above;
};

const departmentsOf = (company: Company, { departmentIds }: Person): readonly string[] => [
  ...new Set(departmentIds.flatMap(lineageIn(company))),
];

export const isGone = ({ resigned, isFrozen }: Person): boolean => resigned || isFrozen === true;

/** Why nothing reaches somebody who works here; `undefined`: everything does. */
export const unreachableBecause = (company: Company, person: Person): string | undefined => {
  if (person.isActivated === false) return 'not_activated';
  return company.outOfRangeUserIds.includes(person.userId) ? 'out_of_scope' : undefined;
};

const leaderOf = ({ people }: Company, { leaderUserId }: Person): string | undefined =>
  people.find(({ userId }) => userId === leaderUserId)?.unionId;

/** Everybody as the nightly sync has written them, also who isn't visible any more since yesterday. */
const writeCompany = async (company: Company, now: Date): Promise<void> => {
  const store = peopleStore(tableName('people'));
  const yesterday = new Date(now.getTime() - 86_400_000).toISOString();
  await Promise.all(
    company.people
      .filter((each) => !isGone(each))
      .map(async (person) => {
        const { unionId, userId, name, employeeNo, jobTitle, joinedAtSeconds } = person;
        const departments = [...departmentsOf(company, person)];
        await store.record({
          ...{ person: unionId, userId, name, employeeNo, jobTitle, departments },
          ...rolesOf({ jobTitle, departments }),
          leader: leaderOf(company, person),
          joinedAt: new Date(joinedAtSeconds * 1000).toISOString(),
          ...(person.isActivated === false && { notActivated: true }),
          syncedAt: yesterday,
        });
        if (unreachableBecause(company, person) === 'out_of_scope')
          await store.recordLeft(unionId, { at: now, reason: 'out_of_scope' });
      }),
  );
};

/** Who writes posts of 制度与流程 and who agrees to them. */
export const editorsIn = (company: Company): { readonly editor: Person; readonly approver: Person } => {
  const works = company.people.filter(
    (each) => !isGone(each) && unreachableBecause(company, each) === undefined,
  );
  const approver = works.find(({ jobTitle }) => jobTitle === 'HRD');
  const editor = works.find((each) => each !== approver && departmentsOf(company, each).includes('人力资源'));
  if (!approver || !editor) throw new Error('nobody writes posts in a company of this size');
  return { editor, approver };
};

/** What a step needs to know of who takes it. */
export const memberOf = (company: Company, person: Person) => {
  const departments = [...departmentsOf(company, person)];
  const { roles } = rolesOf({ jobTitle: person.jobTitle, departments });
  return { person: person.unionId, name: person.name, departments, roles };
};

/** A whole company with its departments, some of whom nothing reaches. Its apps hear what happens in Feishu. */
export const postCast = (count: number): Cast => {
  const company = withEditors(companyOf({ people: count, seed }));
  return {
    company,
    apps: localApps(),
    audience: company.people,
    write: (now) => writeCompany(company, now),
  };
};
