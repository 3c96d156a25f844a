import { productOfSubCategory } from '../bi/products.ts';
import type { Random } from '../bi/random.ts';
import type { Story } from './case-messages.ts';
import { type Problem, problems } from './case-words.ts';
import { batchTexts, dangers, negations } from './grave-words.ts';

export type CaseSource = 'youzan' | 'doudian' | 'qiyu' | 'wecom' | 'app';

/** What a story is, so that a test can tell whether the tickets are right. */
export type CaseFact = {
  readonly story: number;
  readonly source: CaseSource;
  /** 一级 › 二级, as it was meant. */
  readonly group: string;
  readonly name: string;
  /** The same problem of the same buyer, told to another system before. */
  readonly sameAs?: number;
  /** One of the batch that goes wrong. */
  readonly batchNo?: string;
  /** Nobody but the platform ends it: at its deadline, by itself. */
  readonly endsByItself?: boolean;
  /** The platform, the shop or the agent ends it within the day. */
  readonly isEnded: boolean;
};

export const badBatch = '20261012';

/** A story with the moment at which it begins. */
export type Told = { readonly fact: CaseFact; readonly story: Story; readonly afterMs: number };
export type World = {
  readonly random: Random;
  readonly begin: Date;
  /** 60 makes a minute of an hour. */
  readonly speed: number;
  /** Of the day, in milliseconds. */
  readonly lengthMs: number;
};

const minute = 60_000;
const hour = 60 * minute;

const [anyProduct, ...otherProducts] = [...productOfSubCategory.values()];

const productOf = ({ random }: World): Story['product'] => {
  if (!anyProduct) throw new Error('there are no products');
  const { sku, name } = random.pick([anyProduct, ...otherProducts]);
  return { sku, name };
};

const pickProblem = ({ random }: World): Problem => {
  const total = problems.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.whole(1, total);
  return problems.find(({ weight }) => (left -= weight) <= 0) ?? problems[0];
};

const filled = (text: string, words: { product: string; count: number; batch?: string }): string =>
  text
    .replaceAll('{商品}', words.product)
    .replaceAll('{数}', String(words.count))
    .replaceAll('{批次}', words.batch ?? '');

const digits = (value: number, length: number): string => String(value).padStart(length, '0');

const orderIdOf = (source: CaseSource, number: number): string =>
  source === 'youzan' ? `E20261123${digits(number, 15)}` : `47052884655${digits(number, 8)}`;

/** Two waves: before noon and in the evening, as shops know them. */
const momentIn = ({ random, lengthMs }: World): number => {
  const wave = random.pick([0.18, 0.35, 0.72, 0.85]);
  const spreadOut = wave + (random.next() + random.next() - 1) * 0.18;
  return Math.round(Math.min(0.97, Math.max(0.01, spreadOut)) * lengthMs);
};

type Cast = { readonly number: number; readonly source: CaseSource; readonly problem: Problem };

const tell = (world: World, { number, source, problem }: Cast): Told => {
  const { random } = world;
  const product = productOf(world);
  const text = filled(random.pick(problem.texts), { product: product.name, count: random.whole(2, 6) });
  const { group, name, kind, reason } = problem;
  return {
    afterMs: momentIn(world),
    fact: { story: number, source, group, name, isEnded: false },
    story: {
      number,
      product,
      orderId: orderIdOf(source, number),
      buyer: `buyer-${digits(number, 5)}`,
      phone: `139${digits(number, 8)}`,
      kind,
      reason,
      text,
      amountFen: random.whole(1_990, 49_900),
    },
  };
};

const sourceWheel: readonly [CaseSource, ...CaseSource[]] = [
  'doudian',
  'doudian',
  'doudian',
  'youzan',
  'youzan',
  'qiyu',
  'qiyu',
  'wecom',
  'app',
];
/** About goods people open a refund; who only asks or waits writes to somebody. */
const ofGoods = new Set(['食品安全', '品质', '仓储发货']);
const chatWheel: readonly [CaseSource, ...CaseSource[]] = ['qiyu', 'wecom', 'app'];

const problemOf = (world: World, number: number): Problem => {
  if (number % 25 === 7) return world.random.pick(dangers);
  if (number % 20 === 3) return world.random.pick(negations);
  return pickProblem(world);
};

const isClaim = ({ kind }: Pick<Problem, 'kind'>): boolean => ['refund', 'return', 'exchange'].includes(kind);

export const ordinary = (world: World, number: number): Told => {
  const problem = problemOf(world, number);
  const isRefund = isClaim(problem) || ofGoods.has(problem.group);
  const source = world.random.pick(isRefund ? sourceWheel : chatWheel);
  return tell(world, { number, source, problem });
};

/** One product, one batch, one morning; each tells it in another system. */
export const badBatchStories = (world: World, first: number): readonly Told[] =>
  batchTexts.slice(0, 4).map((text, index) => {
    const source = (['app', 'qiyu', 'wecom', 'app'] as const)[index] ?? 'app';
    const told = tell(world, {
      number: first + index,
      source,
      problem: dangers[index === 2 ? 2 : 1] ?? dangers[0],
    });
    const product = { sku: 'PB-201', name: '蛋白棒·可可' };
    const words = filled(text, { product: product.name, count: 1, batch: badBatch });
    return {
      ...told,
      afterMs: Math.round(world.lengthMs * (0.08 + index * 0.05)),
      fact: { ...told.fact, batchNo: badBatch },
      story: { ...told.story, product, text: words, batchNo: badBatch },
    };
  });

/** A refund on a platform, which has its own number and clock. */
export const isOnPlatform = ({ fact }: Told): boolean =>
  fact.source === 'youzan' || fact.source === 'doudian';

/** Who has asked for a refund also writes to customer service, within hours, about the same order. */
export const sameElsewhere = (world: World, told: Told, number: number): Told => ({
  afterMs: Math.min(told.afterMs + world.random.whole(10 * minute, 2 * hour), world.lengthMs - minute),
  fact: {
    ...told.fact,
    story: number,
    source: number % 2 === 0 ? 'qiyu' : 'app',
    sameAs: told.fact.story,
    isEnded: false,
  },
  // Each system has its own number of the buyer; what they share is the order.
  story: {
    ...told.story,
    number,
    buyer: `user-${digits(number, 5)}`,
    kind: 'complaint',
    text: `${told.story.text}，已经申请退款了，什么时候处理`,
  },
});

/** Of platforms every second ends within the day, of Qiyu and the app every sixth; the late ones on another day. */
export const withEnd = ({ lengthMs }: World, told: Told): Told => {
  const { source, story, batchNo } = told.fact;
  const isEarly = told.afterMs < lengthMs - 5 * hour;
  const isEnded = isEarly && batchNo === undefined && story % (isOnPlatform(told) ? 2 : 6) === 0;
  return { ...told, fact: { ...told.fact, isEnded: isEnded && source !== 'wecom' } };
};

/** A refund early in the day that nobody touches: the platform pays it out at its deadline. */
export const countdown = (world: World, number: number, source: 'doudian' | 'youzan'): Told => {
  const problem = problems.find(({ name }) => name === '漏发/少发') ?? problems[0];
  const told = tell(world, { number, source, problem });
  return {
    ...told,
    afterMs: Math.round(world.lengthMs * 0.1) + number * 1_000,
    fact: { ...told.fact, isEnded: true, endsByItself: true },
  };
};
