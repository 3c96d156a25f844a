import { createHash } from 'node:crypto';

/** A department as Feishu knows it; `parentId` '0' is the company itself. */
export type Department = {
  readonly id: string;
  readonly openId: string;
  readonly name: string;
  readonly parentId: string;
  readonly leaderUserId: string;
};

export type Person = {
  readonly unionId: string;
  readonly userId: string;
  readonly name: string;
  /** Job number, what business systems know a person by. */
  readonly employeeNo: string;
  readonly jobTitle: string;
  readonly departmentIds: readonly string[];
  readonly leaderUserId: string | undefined;
  readonly email: string;
  readonly mobile: string;
  readonly joinedAtSeconds: number;
  readonly resigned: boolean;
  /** False: 未激活, has an account and has never signed in. */
  readonly isActivated?: boolean;
  /** True: 暂停使用, may not sign in for now. */
  readonly isFrozen?: boolean;
};

export type Group = {
  readonly chatId: string;
  readonly name: string;
  readonly ownerUserId: string;
  readonly memberUserIds: readonly string[];
  /** Bots in the group, by app id. */
  readonly botAppIds: readonly string[];
};

export type Company = {
  readonly tenantKey: string;
  readonly name: string;
  readonly departments: readonly Department[];
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  /** Outside the availability range (可用范围) of 直达: a bot can't write to this person. */
  readonly outOfRangeUserIds: readonly string[];
};

/** Stable hexadecimal text: the same company on every machine. */
export const hexOf = (text: string, length = 32): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

// department | parent | people as 姓名:职务, the first one leads the department. All names are invented.
const ROSTER = `
总经办||林知夏:总经理 周以安:副总经理 许念:直达管理员 何听雨:总经理助理
大区||高远:销售总监
华东大区|大区|沈南乔:大区负责人 陆鸣:销售经理 顾晓峰:销售经理
华南大区|大区|梁佩珊:大区负责人 区少明:销售经理 温可儿:销售经理
华北大区|大区|石敬川:大区负责人 白若溪:销售经理 耿长青:销售经理
西部大区|大区|蒲海棠:大区负责人 罗云起:销售经理 向小满:销售经理
渠道||秦越:渠道总监
天猫|渠道|苏沐晴:渠道负责人 丁一舟:店铺运营 叶青禾:店铺运营
抖音|渠道|江予川:渠道负责人 简宁:直播运营 卢星野:直播运营
小程序|渠道|尹书言:渠道负责人 方小圆:私域运营 薛以宁:私域运营
供应链||程铁生:供应链负责人 焦和平:计划专员 岑静:采购专员 阮志文:采购专员
商品||孟繁星:商品负责人 邹念慈:商品专员 庄晓芙:商品专员 祁山:商品专员
品控||冯知秋:品控负责人 施远帆:品控专员 柳青瑶:品控专员
客服||唐若谷:部门负责人 潘小雨:客服组长 孙佳禾:客服 汪晓棠:客服 吕一诺:客服 龚思齐:客服
财务||钱正清:财务负责人 章素心:会计 俞敏行:会计 倪可:出纳
人力资源||戴明薇:人力资源负责人 崔雅宁:招聘专员 常悦:薪酬专员
产品||韩初霁:部门负责人 邵一鸣:产品经理 贺兰朵:产品经理
法务||闻人杰:部门负责人 裴律安:法务专员
仓储||霍大川:部门负责人 牛宏伟:仓管 田小禾:仓管 鲁建军:仓管
`;
const RESIGNED = '龚思齐';
const OUT_OF_RANGE = '鲁建军';
const NOT_ACTIVATED = '倪可';

type Entry = { readonly department: string; readonly parent: string; readonly people: readonly string[][] };

const readRoster = (): readonly Entry[] =>
  ROSTER.trim()
    .split('\n')
    .map((line) => {
      const [department = '', parent = '', people = ''] = line.split('|');
      return { department, parent, people: people.split(' ').map((person) => person.split(':')) };
    });

const userIdOf = (name: string): string => hexOf(`user:${name}`, 8);
const departmentIdOf = (name: string): string => (name === '' ? '0' : hexOf(`department:${name}`, 12));

const leaderOf = (entries: readonly Entry[], department: string): string =>
  entries.find((entry) => entry.department === department)?.people[0]?.[0] ?? '';

/** Who a person reports to: the department's head; heads report one level up, in the end to the general manager. */
const managerOf = (entries: readonly Entry[], entry: Entry, name: string): string | undefined => {
  const top = leaderOf(entries, '总经办');
  const head = leaderOf(entries, entry.department);
  if (name === top) return undefined;
  if (name !== head) return userIdOf(head);
  return userIdOf(entry.parent === '' ? top : leaderOf(entries, entry.parent));
};

const buildPeople = (entries: readonly Entry[]): readonly Person[] => {
  const rows = entries.flatMap((entry) => entry.people.map((person) => ({ entry, person })));
  return rows.map(({ entry, person: [name = '', jobTitle = ''] }, index) => ({
    unionId: `on_${hexOf(`union:${name}`)}`,
    userId: userIdOf(name),
    name,
    employeeNo: `BH${String(index + 1).padStart(4, '0')}`,
    jobTitle,
    departmentIds: [departmentIdOf(entry.department)],
    leaderUserId: managerOf(entries, entry, name),
    email: `${userIdOf(name)}@bohe.example`,
    mobile: `+861990000${String(index + 1).padStart(4, '0')}`,
    joinedAtSeconds: Date.UTC(2019, index % 60, 1 + (index % 28)) / 1000,
    resigned: name === RESIGNED,
    isActivated: name !== NOT_ACTIVATED,
  }));
};

const buildGroup = (name: string, members: readonly Person[], botAppIds: readonly string[]): Group => ({
  chatId: `oc_${hexOf(`group:${name}`)}`,
  name,
  ownerUserId: members[0]?.userId ?? '',
  memberUserIds: members.map(({ userId }) => userId),
  botAppIds,
});

const LEADING = /总经理$|总监$|负责人$|管理员$/;
const SERVICE = ['客服', '仓储', '品控', '商品'].map(departmentIdOf);

/** 薄荷, an invented nutrition company of 60: the same people and ids each time. */
export const mintCompany = (
  botAppIds: readonly string[] = ['cli_a1zhida00000001'],
  botsForEveryone: readonly string[] = [...botAppIds, 'cli_a1legal00000002'],
): Company => {
  const entries = readRoster();
  const people = buildPeople(entries);
  const active = people.filter(({ resigned }) => !resigned);
  return {
    tenantKey: hexOf('tenant:mint', 16),
    name: '薄荷营养',
    departments: entries.map(({ department, parent }) => ({
      id: departmentIdOf(department),
      openId: `od-${hexOf(`open-department:${department}`)}`,
      name: department,
      parentId: departmentIdOf(parent),
      leaderUserId: userIdOf(leaderOf(entries, department)),
    })),
    people,
    groups: [
      buildGroup(
        '售后群',
        active.filter(({ departmentIds }) => departmentIds.some((id) => SERVICE.includes(id))),
        botAppIds,
      ),
      buildGroup(
        '经营群',
        active.filter(({ jobTitle }) => LEADING.test(jobTitle)),
        botAppIds,
      ),
      buildGroup('全员群', active, [...new Set(botsForEveryone)]),
    ],
    outOfRangeUserIds: [userIdOf(OUT_OF_RANGE)],
  };
};
