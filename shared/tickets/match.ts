import type { Category, SourceLink, Ticket } from './ticket.ts';

/** Two of them are one problem, or they aren't. */
export type Problem = {
  readonly sources: readonly Pick<SourceLink, 'source' | 'kind'>[];
  readonly orderIds: readonly string[];
  readonly skuIds: readonly string[];
  readonly productName?: string | undefined;
  readonly buyerRefs: readonly string[];
  readonly category?: Category | undefined;
  readonly batchNo?: string | undefined;
  readonly openedAt: string;
};

/** Hours between two tellings of one problem. */
const windowMs = 72 * 3_600_000;

const overlap = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((one) => others.includes(one));

const areDisjoint = (some: readonly string[], others: readonly string[]): boolean =>
  some.length > 0 && others.length > 0 && !overlap(some, others);

/** A platform has its own number and its own deadline for each after-sales case: two of one platform are two. */
const platforms = new Set(['youzan', 'doudian']);
const areTwoOfOnePlatform = (a: Problem, b: Problem): boolean =>
  a.sources.some(({ source }) => platforms.has(source) && b.sources.some((other) => other.source === source));

/** What shops put around a name: 【顺丰】, (6袋装), 买一送一. */
const coreOf = (name: string): string =>
  name
    .replaceAll(/[【[（(].*?[】\]）)]/g, '')
    .replaceAll(
      /薄荷(?:健康|营养)?|官方|旗舰店?|正品|新品|买一送一|包邮|同款|\s|\d+[gG克袋包盒瓶支条]+装?/g,
      '',
    );

const pairsIn = (text: string): ReadonlySet<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));

const sameEnough = 0.5;

/** Dice over pairs of characters, or one name within the other. */
const areSameProduct = (a: string, b: string): boolean => {
  const [one, other] = [coreOf(a), coreOf(b)];
  if (one.includes(other) || other.includes(one)) return true;
  const [pairs, others] = [pairsIn(one), pairsIn(other)];
  const common = [...pairs].filter((pair) => others.has(pair)).length;
  return (2 * common) / (pairs.size + others.size || 1) >= sameEnough;
};

const areNamedAlike = ({ productName: a }: Problem, { productName: b }: Problem): boolean =>
  a !== undefined && b !== undefined && areSameProduct(a, b);

/** Different goods of one order are different problems. */
const isOtherProduct = (a: Problem, b: Problem): boolean => {
  if (overlap(a.skuIds, b.skuIds)) return false;
  if (areDisjoint(a.skuIds, b.skuIds)) return true;
  return a.productName !== undefined && b.productName !== undefined && !areNamedAlike(a, b);
};

/** A refund is the means, not the problem: it goes with whatever is wrong with the goods. */
const means = new Set(['退换退款', '平台']);
const goods = new Set(['食品安全', '品质', '仓储发货']);
const isMeans = ({ category }: Problem): boolean => means.has(category?.group ?? '');
const isAboutGoods = ({ category }: Problem): boolean =>
  goods.has(category?.group ?? '') || category?.name === '停滞/丢件';

const kindsOf = ({ sources }: Problem): ReadonlySet<string> => new Set(sources.map(({ kind }) => kind));
const claims = new Set(['refund', 'return', 'exchange']);
/** Somebody wants money or goods back. */
const isClaim = (problem: Problem): boolean => [...kindsOf(problem)].some((kind) => claims.has(kind));

type Pair = { readonly group: string; readonly name: string };
const neighbours: readonly (readonly [Pair, Pair])[] = [
  [
    { group: '咨询', name: '催发货' },
    { group: '物流', name: '停滞/丢件' },
  ],
  [
    { group: '仓储发货', name: '漏发/少发' },
    { group: '仓储发货', name: '赠品缺失' },
  ],
  [
    { group: '仓储发货', name: '破损/漏液' },
    { group: '品质', name: '封口/漏粉' },
  ],
  [
    { group: '仓储发货', name: '临期发货' },
    { group: '食品安全', name: '疑似过期' },
  ],
  [
    { group: '仓储发货', name: '漏发/少发' },
    { group: '退换退款', name: '补发' },
  ],
  [
    { group: '品质', name: '口味异常' },
    { group: '食品安全', name: '变质/霉变/胀包' },
  ],
];

const isCalled = ({ group, name }: Category, pair: Pair): boolean =>
  group === pair.group && name === pair.name;

const areNeighbours = (a: Category, b: Category): boolean =>
  neighbours.some(
    ([one, other]) => (isCalled(a, one) && isCalled(b, other)) || (isCalled(a, other) && isCalled(b, one)),
  );

/** Two complaints: what was eaten and what it did, 异物 and 身体不适, are one story. */
const areOneComplaint = (a: Category, b: Category): boolean =>
  (a.group === '食品安全' && b.group === '食品安全') || isCalled(a, b) || areNeighbours(a, b);

/** A demand and words about it, or a demand beside a complaint about the goods. */
const isDemandFor = (demand: Problem, other: Problem): boolean =>
  isClaim(demand) && (isMeans(other) || isAboutGoods(other));

/** What nobody could file is about nothing yet. */
const areAboutTheSame = (a: Problem, b: Problem): boolean => {
  if (!a.category || !b.category) return false;
  if (isMeans(a)) return isDemandFor(a, b) || (isMeans(b) && isDemandFor(b, a));
  return isMeans(b) ? isDemandFor(b, a) : areOneComplaint(a.category, b.category);
};

/** Without an order in common more must agree: people buy every month. */
const isSameStory = (a: Problem, b: Problem): boolean => {
  if (overlap(a.skuIds, b.skuIds) || areNamedAlike(a, b)) return true;
  return (
    !isMeans(a) && a.category !== undefined && b.category !== undefined && isCalled(a.category, b.category)
  );
};

const isFarApart = (a: Problem, b: Problem): boolean =>
  Math.abs(Date.parse(a.openedAt) - Date.parse(b.openedAt)) > windowMs;

const isOtherBatch = ({ batchNo: a }: Problem, { batchNo: b }: Problem): boolean =>
  a !== undefined && b !== undefined && a !== b;

/** Whatever else they have in common. */
const areTwo = (a: Problem, b: Problem): boolean =>
  isFarApart(a, b) ||
  areTwoOfOnePlatform(a, b) ||
  areDisjoint(a.orderIds, b.orderIds) ||
  isOtherBatch(a, b) ||
  isOtherProduct(a, b) ||
  !areAboutTheSame(a, b);

/** Why two cases are one problem; `undefined` when they are two. */
export const sameProblem = (a: Problem, b: Problem): string | undefined => {
  if (areTwo(a, b)) return undefined;
  if (overlap(a.orderIds, b.orderIds)) return '同一订单、72小时内、同一商品和问题';
  const isSameBuyer = overlap(a.buyerRefs, b.buyerRefs);
  const isStory = isSameBuyer && (isAboutGoods(a) || isAboutGoods(b)) && isSameStory(a, b);
  return isStory ? '同一买家、72小时内、同一商品和问题' : undefined;
};

export type Match = { readonly ticket: Ticket; readonly because: string };

/** The ticket that tells of this problem already: by the order before by the buyer, the oldest first. */
export const matchOf = (newcomer: Problem, candidates: readonly Ticket[]): Match | undefined => {
  const isByOrder = ({ ticket }: Match): boolean => overlap(ticket.orderIds, newcomer.orderIds);
  const matches = candidates
    .flatMap((ticket) => {
      const because = sameProblem(newcomer, ticket);
      return because === undefined ? [] : [{ ticket, because }];
    })
    .toSorted((a, b) => (a.ticket.openedAt < b.ticket.openedAt ? -1 : 1));
  return matches.find(isByOrder) ?? matches[0];
};
