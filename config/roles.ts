/**
 * What the directory calls somebody → what our digests call them. Titles that aren't listed are roles under their own
 * name, so a digest may name any title of the company.
 */
const roleOfTitle: Readonly<Record<string, string>> = {
  大区总经理: '大区负责人',
  区域总监: '大区负责人',
  首席执行官: '总经理',
  CEO: '总经理',
  首席财务官: '财务负责人',
  CFO: '财务负责人',
  HRD: '人力资源负责人',
};

const regions = ['华东', '华南', '华北', '西部'] as const;

/** Roles and region by title and departments: the region of 华东大区 is 华东. */
export const rolesOf = (facts: {
  jobTitle: string;
  departments: readonly string[];
}): { roles: string[]; region: string | undefined } => {
  const { jobTitle, departments } = facts;
  const region = regions.find((name) => departments.some((department) => department.startsWith(name)));
  return { roles: jobTitle ? [roleOfTitle[jobTitle] ?? jobTitle] : [], region };
};
