import type { Person } from '../store/people.ts';
import type { Alert } from './definition.ts';

type Dims = Readonly<Record<string, string>>;
type Who = Pick<Person, 'person' | 'roles' | 'departments' | 'region'>;

const shared = (some: readonly string[], others: readonly string[]): string | undefined =>
  some.find((one) => others.includes(one));

const ownValues = ({ departments, region }: Who, from: 'departments' | 'region'): readonly string[] => {
  if (from === 'departments') return departments;
  return region === undefined ? [] : [region.replace(/大区$/u, '')];
};

/** The role or department by which somebody belongs to the audience. */
const membership = ({ audience }: Alert, { roles, departments }: Who): string | undefined => {
  const department = shared(departments, audience.departments);
  return shared(roles, audience.roles) ?? (department && `${department}成员`);
};

/** 为什么收到: the words for the footer, or undefined for somebody who isn't told about these values. */
export const whyTold = (alert: Alert, dims: Dims, person: Who): string | undefined => {
  const { audience, scope } = alert;
  if (audience.people.includes(person.person)) return '名单指定';
  const why = membership(alert, person);
  if (why === undefined || scope.by === 'company') return why;
  if (shared(person.roles, scope.wholeCompany) !== undefined) return why;
  const own = ownValues(person, scope.from).find((value) => value === dims[scope.dimension]);
  return own === undefined ? undefined : `${own}${why}`;
};
