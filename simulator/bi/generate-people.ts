import { dayText } from './days.ts';
import type { Basis, Rows, TableRow } from './generate.ts';
import type { Random } from './random.ts';

type Approval = {
  readonly system: '金蝶' | '薪人薪事';
  readonly kind: string;
  /** Hours since 1970-01-01 00:00 Asia/Shanghai. */
  readonly submittedHour: number;
  readonly decidedHour: number | undefined;
};

/** As many as the company has in Feishu. */
const onRollNow = 59;
const departments = [
  '大区',
  '渠道',
  '供应链',
  '商品',
  '品控',
  '客服',
  '财务',
  '人力资源',
  '产品',
  '仓储',
] as const;
/** What waited for more than a day when the last day closed. */
const stuck = [
  { system: '金蝶', kind: '付款单', count: 11 },
  { system: '薪人薪事', kind: '请假', count: 4 },
  { system: '薪人薪事', kind: '转正', count: 2 },
] as const;

type Employee = { readonly joined: number; readonly left: number | undefined };

/** No names and no salaries: numbers and dates are all that a count needs. */
const plannedEmployees = ({ firstDay, lastDay }: Basis, random: Random): readonly Employee[] => {
  const span = lastDay - firstDay;
  const stayed = Array.from({ length: onRollNow - 22 }, () => ({
    joined: firstDay - random.whole(30, 1500),
    left: undefined,
  }));
  const joined = Array.from({ length: 19 }, () => ({
    joined: firstDay + random.whole(20, span - 40),
    left: undefined,
  }));
  const recent = [2, 9, 16].map((ago) => ({ joined: lastDay - ago, left: undefined }));
  const left = Array.from({ length: 11 }, () => ({
    joined: firstDay - random.whole(30, 900),
    left: firstDay + random.whole(10, span - 40),
  }));
  const recentlyLeft = [{ joined: firstDay - 210, left: lastDay - 5 }];
  return [...stayed, ...joined, ...recent, ...left, ...recentlyLeft];
};

const onRoll = (employees: readonly Employee[], day: number): number =>
  employees.filter(({ joined, left }) => joined <= day && (left === undefined || left > day)).length;

/** 1970-01-01 was a Thursday. */
const isWeekend = (day: number): boolean => (day + 4) % 7 === 0 || (day + 4) % 7 === 6;

/** Monday to Friday everybody is expected, at weekends the shifts of service and warehouse. */
const attendance = (
  { firstDay, lastDay }: Basis,
  random: Random,
  employees: readonly Employee[],
): readonly TableRow[] =>
  Array.from({ length: lastDay - firstDay + 1 }, (_, index) => {
    const day = firstDay + index;
    const scheduled = isWeekend(day) ? random.whole(9, 12) : onRoll(employees, day);
    const absent = isWeekend(day) ? random.whole(0, 1) : random.whole(1, 3);
    return { day: dayText(day), scheduled, present: scheduled - absent };
  });

const decidedInTime = ({ lastDay }: Basis, random: Random): readonly Approval[] =>
  Array.from({ length: 60 * 4 }, (_, index) => {
    const submittedHour = (lastDay - 60 + Math.floor(index / 4)) * 24 + random.whole(9, 18);
    const hours = random.next() < 0.12 ? random.whole(26, 60) : random.whole(1, 20);
    const decidedHour = submittedHour + hours;
    const system = random.pick(['金蝶', '薪人薪事'] as const);
    const kind = system === '金蝶' ? random.pick(['付款单', '费用报销']) : random.pick(['请假', '加班']);
    return { system, kind, submittedHour, decidedHour };
  }).filter(({ decidedHour }) => decidedHour <= (lastDay + 1) * 24);

const waiting = ({ lastDay }: Basis, random: Random): readonly Approval[] =>
  stuck.flatMap(({ system, kind, count }) =>
    Array.from({ length: count }, () => ({
      system,
      kind,
      submittedHour: lastDay * 24 - random.whole(6, 62),
      decidedHour: undefined,
    })),
  );

const instant = (hour: number): string => new Date((hour - 8) * 3_600_000).toISOString();

export const generatePeople = (basis: Basis, random: Random): Rows => {
  const employees = plannedEmployees(basis, random);
  const approvals = [...decidedInTime(basis, random), ...waiting(basis, random)];
  return {
    employees: employees.map(({ joined, left }, index) => ({
      employee_no: `B${String(1001 + index)}`,
      department: random.pick([...departments]),
      joined_on: dayText(joined),
      left_on: left === undefined ? null : dayText(left),
    })),
    authorised_posts: [
      { effective_from: dayText(basis.firstDay - 400), posts: 54 },
      { effective_from: dayText(basis.firstDay + 150), posts: 60 },
      { effective_from: dayText(basis.lastDay - 100), posts: 63 },
    ],
    attendance: attendance(basis, random, employees),
    approvals: approvals.map(({ system, kind, submittedHour, decidedHour }, index) => ({
      approval_no: index + 1,
      system,
      kind,
      submitted_at: instant(submittedHour),
      decided_at: decidedHour === undefined ? null : instant(decidedHour),
    })),
  };
};
