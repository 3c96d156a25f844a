import { whyReceives } from '../digests/audience.ts';
import type { Digest } from '../digests/definition.ts';
import { type Choices, checkbox, choice, clock, people, text, words } from './columns.ts';
import type { Known } from './known.ts';
import {
  bundleCalled,
  bundles,
  digestCalled,
  digests,
  type PushRow,
  pushRowSchema,
  rowsOfPush,
  withPush,
} from './push-row.ts';
import { defineSheet, type Kept, type Objection, type Sheet } from './sheet.ts';
import { thresholdProblems } from './thresholds.ts';

const named: Choices = () => Object.fromEntries([...bundles, ...digests].map(({ id, name }) => [name, id]));
const categories: Choices = () => Object.fromEntries(digests.map(({ category }) => [category, category]));

const nameOf = ({ id }: PushRow): string => (bundleCalled(id) ?? digestCalled(id))?.name ?? id;

const onlyOfDigests = [
  'category',
  'latest',
  'calendar',
  'roles',
  'departments',
  'people',
  'except',
  'thresholds',
];

const checkBundle = (row: PushRow): readonly string[] => {
  const isPlain = !Object.keys(row).some((key) => onlyOfDigests.includes(key));
  const words = `「${nameOf(row)}」一行只填最早时间：接收人看并入它的各个推送，例：08:47`;
  return [
    ...(isPlain && !row.onlyAbnormal && !row.bundled ? [] : [words]),
    ...(row.isOn ? [] : [`「${nameOf(row)}」不能停用：请停用并入它的推送，例：经营日报`]),
  ];
};

const noon = '12:00';

const latestProblem = ({ trigger }: Digest, { earliest, latest }: PushRow): readonly string[] => {
  if (trigger.kind === 'at')
    return latest === undefined ? [] : ['这份推送定时发出，「最晚时间」请留空，例：（空）'];
  if (latest === undefined) return ['「最晚时间」还没有填，例：09:20'];
  return latest <= earliest ? ['「最晚时间」要晚于「最早时间」，例：09:20'] : [];
};

const checkTimes = (digest: Digest, row: PushRow): readonly string[] => [
  ...latestProblem(digest, row),
  ...(!row.bundled && row.earliest < noon
    ? ['每人上午只收一张定时卡片：勾选「并入晨报」，或改到 12:00 以后，例：14:02']
    : []),
];

const checkDigest = (digest: Digest, row: PushRow): readonly string[] => {
  const isNobody = [row.roles, row.departments, row.people].every((list) => list === undefined);
  return [
    ...checkTimes(digest, row),
    ...(row.category === digest.category ? [] : [`「类别」由程序决定，例：${digest.category}`]),
    ...(row.calendar === undefined ? ['「日历」还没有填，例：每天'] : []),
    ...(isNobody ? ['没有接收人：角色、部门、人员至少填一项，例：大区负责人'] : []),
    ...thresholdProblems(digest, row.thresholds ?? ''),
  ];
};

const check = (row: PushRow): readonly string[] => {
  const digest = digestCalled(row.id);
  return digest ? checkDigest(digest, row) : checkBundle(row);
};

type Change = { readonly before: readonly Kept<PushRow>[]; readonly after: readonly Kept<PushRow>[] };

const objections = ({ before, after }: Change): readonly Objection[] => [
  ...after.flatMap(({ id, row }) => {
    const isThere = after.some((other) => other.id !== id && other.row.id === row.id);
    return isThere ? [{ id, problem: `「${nameOf(row)}」已有一行，例：修改那一行` }] : [];
  }),
  ...before
    .filter(({ row }) => !after.some((other) => other.row.id === row.id))
    .map(({ id, row }) => ({ id, problem: `「${nameOf(row)}」不能删除或改名，例：取消勾选「启用」` })),
];

/** The share of all people from which on it is the whole company. */
const nearlyAll = 0.9;
/** In a smaller company a department is as good as everybody. */
const fewest = 10;

const reached = (row: PushRow, known: Known): number => {
  const digest = digestCalled(row.id);
  if (!digest || !row.isOn) return 0;
  const isMeant = withPush(digest, row);
  return known.people.filter(
    ({ person, ...rest }) => whyReceives(isMeant, { ...rest, unionId: person }) !== undefined,
  ).length;
};

const widened = ({ before, after }: Change, known: Known): readonly string[] =>
  after.flatMap(({ row }) => {
    const was = before.find((other) => other.row.id === row.id)?.row;
    const limit = known.people.length * nearlyAll;
    const now = reached(row, known);
    const isWider = now >= limit && (was ? reached(was, known) : 0) < limit;
    return isWider && now >= fewest ? [`「${nameOf(row)}」的接收范围扩大到全公司（${now} 人）`] : [];
  });

/** 推送. A digest that is switched off is not sent. */
export const pushSheet: Sheet<PushRow> = defineSheet<PushRow>({
  id: 'push',
  table: '推送',
  schema: pushRowSchema,
  hasSwitch: true,
  columns: {
    id: choice('名称', named, { example: '经营日报', required: true, isIndex: true }),
    category: choice('类别', categories, { example: '经营' }),
    earliest: clock('最早时间', { example: '08:30', required: true }),
    latest: clock('最晚时间', { example: '09:20' }),
    calendar: choice(
      '日历',
      () => ({ 每天: 'everyday', 工作日: 'workdays', 每周首个工作日: 'firstWorkdayOfWeek' }),
      { example: '每天' },
    ),
    roles: words('接收角色', { example: '大区负责人、渠道负责人', maxWords: 60 }),
    departments: words('接收部门', { example: '供应链', maxWords: 60 }),
    people: people('接收人员', { example: '林晓' }),
    except: people('排除人员', { example: '林晓' }),
    onlyAbnormal: checkbox('仅异常推送'),
    bundled: checkbox('并入晨报'),
    thresholds: text('阈值覆盖', { example: '毛利率较上周同日降幅 3pt', maxLength: 1_000 }),
    isOn: checkbox('启用'),
  },
  title: nameOf,
  check,
  objections,
  risks: widened,
  defaults: rowsOfPush,
});
