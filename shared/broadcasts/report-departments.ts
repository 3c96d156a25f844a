import type { Delivery } from '../store/delivery.ts';
import type { SnapshotMember } from './snapshot.ts';

type Row = Pick<Delivery, 'recipient' | 'state' | 'readAt' | 'openedAt'>;

export type DepartmentReach = {
  readonly department: string;
  /** Who has done what is wanted: confirmed it, or read it. */
  readonly done: number;
  readonly of: number;
  /** Names, in the order of the rows. */
  readonly missing: readonly string[];
};

const withoutDepartment = '未分部门';

export type DepartmentsAsked = {
  readonly mustConfirm: boolean;
  readonly rows: readonly Row[];
  readonly members: readonly SnapshotMember[];
};

const hasDone = ({ state, readAt, openedAt }: Row, mustConfirm: boolean): boolean =>
  state === 'confirmed' ||
  (!mustConfirm && (readAt !== undefined || openedAt !== undefined || state === 'read'));

const shareOf = ({ done, of }: DepartmentReach): number => done / of;

/** By everybody's own department, the worst first. */
export const departmentsOf = ({
  mustConfirm,
  rows,
  members,
}: DepartmentsAsked): readonly DepartmentReach[] => {
  const byId = new Map(members.map((member) => [member.person, member]));
  const found = new Map<string, { done: number; of: number; missing: string[] }>();
  for (const row of rows) {
    const member = byId.get(row.recipient);
    const department = member?.departments[0] ?? withoutDepartment;
    const reach = found.get(department) ?? { done: 0, of: 0, missing: [] };
    found.set(department, reach);
    reach.of += 1;
    if (hasDone(row, mustConfirm)) reach.done += 1;
    else reach.missing.push(member?.name ?? row.recipient);
  }
  return [...found]
    .map(([department, reach]) => ({ department, ...reach }))
    .toSorted((a, b) => shareOf(a) - shareOf(b) || b.missing.length - a.missing.length);
};
