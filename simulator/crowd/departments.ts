import { chineseNumber, fieldOf } from './names.ts';

/** One department of the tree before it has people; its seats are filled in this order, the leader first. */
export type Unit = {
  readonly name: string;
  /** '' stands directly below the company. */
  readonly parent: string;
  /** Whose head its head reports to. */
  readonly above: string;
  readonly leaderTitle: string;
  readonly titles: readonly [string, ...string[]];
  /** Seats that are in this department itself, the leader's among them. */
  readonly seats: number;
};

const OFFICE = '总经办';
const OFFICE_SEATS = 4;
const PER_GROUP = 10;
const GROUPS_PER_DEPARTMENT = 5;
const DEPARTMENTS_PER_CENTRE = 5;

/** `total` in `parts` portions that differ by at most one. */
const portions = (total: number, parts: number): readonly number[] =>
  Array.from({ length: parts }, (_, index) => Math.floor(total / parts) + (index < total % parts ? 1 : 0));

const groupsOf = (department: Unit, seats: number): readonly Unit[] => {
  const count = Math.min(99, Math.round(seats / PER_GROUP));
  if (count < 2) return [{ ...department, seats: department.seats + seats }];
  return [
    department,
    ...portions(seats, count).map((own, index) => ({
      ...department,
      name: `${department.name}${chineseNumber(index + 1)}组`,
      parent: department.name,
      above: department.name,
      leaderTitle: '组长',
      seats: own,
    })),
  ];
};

const centreOf = (index: number, seats: number): readonly Unit[] => {
  const { name: field, titles } = fieldOf(index);
  const name = `${field}中心`;
  const centre = {
    name,
    parent: '',
    above: OFFICE,
    leaderTitle: '中心总监',
    titles,
    seats: Math.min(2, seats),
  };
  const left = seats - centre.seats;
  const perDepartment = PER_GROUP * GROUPS_PER_DEPARTMENT + 1;
  const count = Math.max(1, Math.round(left / perDepartment));
  if (left < PER_GROUP) return [{ ...centre, seats }];
  const departments = portions(left, count).flatMap((own, at) => {
    const department = {
      ...centre,
      name: `${field}${chineseNumber(at + 1)}部`,
      parent: name,
      above: name,
      leaderTitle: '部门经理',
      seats: 1,
    };
    return groupsOf(department, own - 1);
  });
  return [centre, ...departments];
};

/** 公司 → 中心 → 部门 → 小组 for so many people: about 10 in a group, 5 groups in a department, 5 departments in a centre. */
export const unitsFor = (people: number): readonly Unit[] => {
  const office: Unit = {
    name: OFFICE,
    parent: '',
    above: OFFICE,
    leaderTitle: '总经理',
    titles: ['总经理助理', '副总经理', '战略专员'],
    seats: Math.min(OFFICE_SEATS, people),
  };
  const left = people - office.seats;
  if (left <= 0) return [office];
  const perCentre = DEPARTMENTS_PER_CENTRE * (PER_GROUP * GROUPS_PER_DEPARTMENT + 1) + 2;
  const centres = Math.min(left, Math.max(3, Math.round(left / perCentre)));
  return [office, ...portions(left, centres).flatMap((seats, index) => centreOf(index, seats))];
};
