import type { Digest, DigestSection } from './definition.ts';

/** What we know of a person when we decide what they get. */
export type Recipient = {
  readonly unionId: string;
  readonly roles: readonly string[];
  readonly departments: readonly string[];
  /** 华东 or 华东大区. */
  readonly region?: string | undefined;
};

/** What a person may see of a digest; `regions` is empty where the data have none. */
export type Scope = { readonly label: string; readonly regions: readonly string[] };

const shared = (some: readonly string[], others: readonly string[]): string | undefined =>
  some.find((one) => others.includes(one));

const shortRegion = (region: string): string => region.replace(/大区$/u, '');

/**
 * The person's own region, or the whole company for the roles that the definition names. Undefined: nothing, because
 * a person whose region we don't know must not see everybody's.
 */
export const scopeFor = ({ scope }: Digest, person: Recipient): Scope | undefined => {
  if (scope.by === 'company') return { label: '全公司', regions: [] };
  if (person.region !== undefined) {
    const region = shortRegion(person.region);
    return scope.regions.includes(region) ? { label: `${region}大区`, regions: [region] } : undefined;
  }
  const everywhere = shared(person.roles, scope.wholeCompany) !== undefined;
  return everywhere ? { label: '全公司', regions: scope.regions } : undefined;
};

const withRegion = (role: string, { scope }: Digest, { region }: Recipient): string =>
  scope.by === '大区' && role.startsWith('大区') && region ? `${shortRegion(region)}${role}` : role;

/** 为什么收到: the words for the footer, or undefined for a person outside the audience. */
export const whyReceives = (digest: Digest, person: Recipient): string | undefined => {
  const { roles, departments, people, except = [] } = digest.audience;
  if (except.includes(person.unionId)) return undefined;
  if (people.includes(person.unionId)) return '名单指定';
  const role = shared(person.roles, roles);
  if (role !== undefined) return withRegion(role, digest, person);
  const department = shared(person.departments, departments);
  return department === undefined ? undefined : `${department}成员`;
};

/** The sections that this person is entitled to. */
export const sectionsFor = (digest: Digest, person: Recipient): readonly DigestSection[] =>
  digest.sections.filter(
    ({ entitledRoles }) => entitledRoles === undefined || shared(entitledRoles, person.roles) !== undefined,
  );
