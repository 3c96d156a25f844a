import { describe, expect, it } from 'vitest';
import { companyOf } from '../../../simulator/crowd/company-of.ts';
import { itemsOf, startWorld } from '../world.ts';

const company = companyOf({ people: 300, seed: 7 });

describe('a generated company', () => {
  it('is the same for the same seed and another for another', () => {
    expect(companyOf({ people: 300, seed: 7 })).toEqual(company);
    expect(companyOf({ people: 300, seed: 8 }).people[0]?.unionId).not.toBe(company.people[0]?.unionId);
  });

  it.each([1, 2, 5, 30, 300, 1_000])(
    'has %i people in departments whose names and ids are their own',
    (people) => {
      const made = companyOf({ people, seed: 1 });
      const { departments } = made;
      expect(made.people).toHaveLength(people);
      expect(new Set(made.people.map(({ userId }) => userId)).size).toBe(people);
      for (const key of ['id', 'openId', 'name'] as const)
        expect(new Set(departments.map((one) => one[key])).size).toBe(departments.length);
    },
  );

  it('refuses to have nobody', () => {
    expect(() => companyOf({ people: 0, seed: 1 })).toThrow('at least one person');
    expect(() => companyOf({ people: 2.5, seed: 1 })).toThrow('at least one person');
  });

  it('goes from the company to centres, departments and groups', () => {
    const parent = new Map(company.departments.map(({ id, parentId }) => [id, parentId]));
    const depthOf = (id: string): number => (id === '0' ? 0 : 1 + depthOf(parent.get(id) ?? '0'));
    const depths = company.departments.map(({ id }) => depthOf(id));
    expect([...new Set(depths)].sort()).toEqual([1, 2, 3]);
  });

  it('lets everybody report to somebody who is here, in the end to one', () => {
    const byUserId = new Map(company.people.map((person) => [person.userId, person]));
    const heads = company.people.filter(({ leaderUserId }) => leaderUserId === undefined);
    expect(heads.map(({ jobTitle }) => jobTitle)).toEqual(['总经理']);
    for (const { leaderUserId } of company.people) {
      if (leaderUserId !== undefined) expect(byUserId.get(leaderUserId)?.resigned).toBe(false);
    }
    for (const { leaderUserId } of company.departments) expect(byUserId.has(leaderUserId)).toBe(true);
  });

  it('has some who left, who never signed in, who are suspended and whom the app does not reach', () => {
    const count = (is: (person: (typeof company.people)[number]) => boolean) =>
      company.people.filter(is).length;
    expect(count(({ resigned }) => resigned)).toBe(5);
    expect(count(({ isActivated }) => isActivated === false)).toBe(3);
    expect(count(({ isFrozen }) => isFrozen === true)).toBe(1);
    expect(company.outOfRangeUserIds).toHaveLength(3);
  });
});

// open.feishu.cn/document/server-docs/contact-v3/user/find_by_department
describe('the directory of a generated company', () => {
  it('shows everybody who works here through its departments, with their status', async () => {
    const world = await startWorld({ company, alter: (app) => ({ ...app, outOfRange: [] }) });
    const seen = new Map<unknown, unknown>();
    for (const { openId } of company.departments) {
      const answer = await world.api(
        `GET /contact/v3/users/find_by_department?department_id=${openId}&page_size=50&user_id_type=union_id`,
      );
      expect(answer.data['has_more']).toBe(false);
      for (const { union_id: unionId, status } of itemsOf(answer)) seen.set(unionId, status);
    }
    const works = company.people.filter(({ resigned }) => !resigned);
    expect(new Set(seen.keys())).toEqual(new Set(works.map(({ unionId }) => unionId)));
    const statuses = [...seen.values()] as Record<string, boolean>[];
    expect(statuses.filter(({ is_activated: isActivated }) => !isActivated)).toHaveLength(3);
    expect(statuses.filter(({ is_frozen: isFrozen }) => isFrozen)).toHaveLength(1);
    await world.close();
  });
});
