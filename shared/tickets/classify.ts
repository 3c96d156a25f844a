import { harmless, p0Words, treatmentWords } from '../../config/tickets/categories.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import type { Desk, RoutingRule } from './desk.ts';
import { polaritiesOf } from './polarity.ts';
import type { Category, Priority } from './ticket.ts';

export type Told = {
  readonly source: string;
  readonly kind: SourceEvent['kind'];
  /** What the customer wrote, and the reason that the platform lets them choose. */
  readonly text: string;
  readonly skuIds: readonly string[];
};

export type Verdict = {
  /** Absent: no rule knows it. */
  readonly category?: Category;
  readonly priority: Priority;
  readonly team: string;
  readonly mode: RoutingRule['mode'];
  /** Which rule, which words: stands on 为什么. */
  readonly because: string;
};

/** `plain`: without the words that only look like one of a rule. */
type Reading = Told & { readonly plain: string };

const blank = '　';
const withoutHarmless = (text: string): string =>
  harmless.reduce((left, word) => left.replaceAll(word, blank.repeat(word.length)), text);

const isSaid = (text: string, word: string): boolean => polaritiesOf(text, word).includes('said');

/** A question about a danger is none; a question about an invoice is what it is about. */
const isMeant = (text: string, word: string, priority: Priority): boolean =>
  polaritiesOf(text, word).some(
    (polarity) => polarity === 'said' || (polarity === 'asked' && priority !== 'P0'),
  );

/** The words of a rule that say harmless things on purpose (快过期) are looked for in the text as it is. */
const textFor = (word: string, { text, plain }: Reading): string =>
  plain === text || withoutHarmless(word) === word ? plain : text;

const hitsOf = (rule: RoutingRule, reading: Reading): readonly string[] =>
  rule.anyOf.filter((word) => isMeant(textFor(word, reading), word, rule.priority));

type Fit = { readonly rule: RoutingRule; readonly words: readonly string[] };

const isOfItsKind = ({ sources, skuIds, noneOf }: RoutingRule, reading: Reading): boolean =>
  (sources.length === 0 || sources.includes(reading.source)) &&
  (skuIds.length === 0 || skuIds.some((sku) => reading.skuIds.includes(sku))) &&
  !noneOf.some((word) => reading.text.includes(word));

const fitOf = (rule: RoutingRule, reading: Reading): Fit | undefined => {
  const { allOf, anyOf, priority } = rule;
  const hasAll = allOf.every((word) => isMeant(textFor(word, reading), word, priority));
  if (!hasAll || !isOfItsKind(rule, reading)) return undefined;
  const words = hitsOf(rule, reading);
  return anyOf.length > 0 && words.length === 0 ? undefined : { rule, words: [...words, ...allOf] };
};

const quoted = (words: readonly string[]): string => words.map((word) => `“${word}”`).join('、');

const byRule = ({ rule, words }: Fit): Verdict => {
  const { order, category, priority, team, mode } = rule;
  const why = words.length > 0 ? `命中${quoted(words.slice(0, 4))}` : '按来源或商品';
  return {
    category,
    priority,
    team,
    mode,
    because: `规则${order} ${category.group}›${category.name}：${why}`,
  };
};

/** What is P0 by its words stays P0, whatever the rules in Base have become. */
const atLeastP0 = (settled: Verdict, words: readonly string[], desk: Desk): Verdict => {
  if (words.length === 0 || settled.priority === 'P0') return settled;
  const team = settled.category ? settled.team : desk.defaultTeam;
  return { ...settled, team, priority: 'P0', because: `${settled.because}；${quoted(words)}必须按P0处理` };
};

const isOfBody = /过敏|疹|吐|泻|拉肚子|医|急诊|中毒/;

const askedAbout = (words: readonly string[], desk: Desk): Verdict => ({
  category: { group: '咨询', name: words.some((word) => isOfBody.test(word)) ? '适用人群' : '产品咨询' },
  priority: 'P3',
  team: desk.defaultTeam,
  mode: 'sourceAgent',
  because: `${quoted(words)}是询问或否定，不是投诉`,
});

const byKind: Readonly<Partial<Record<Told['kind'], string>>> = {
  refund: '仅退款',
  return: '退货退款',
  exchange: '换货',
};

/** A guess, which words may better. */
export const guessedByKind = '没有规则命中，按平台的售后类型';

/** Without words that anybody knows: what kind of case the platform calls it. */
const byItsKind = ({ kind }: Told, desk: Desk): Verdict => {
  const name = byKind[kind];
  const rest = { team: desk.defaultTeam, mode: 'sourceAgent' } as const;
  if (name !== undefined) {
    return { ...rest, category: { group: '退换退款', name }, priority: 'P2', because: guessedByKind };
  }
  const isQuestion = kind === 'consult' || kind === 'feedback';
  return { ...rest, priority: isQuestion ? 'P3' : 'P2', because: '没有规则命中，未分类' };
};

const settle = (reading: Reading, desk: Desk): Verdict => {
  const rules = desk.routing.toSorted((a, b) => a.order - b.order);
  for (const rule of rules) {
    const fit = fitOf(rule, reading);
    if (fit) return byRule(fit);
  }
  const mentioned = [...p0Words, ...desk.moreP0Words].filter((word) => reading.plain.includes(word));
  return mentioned.length > 0 ? askedAbout(mentioned, desk) : byItsKind(reading, desk);
};

/** Which problem it is, how urgent and whose: the first rule that fits, and the words that are always P0. */
export const classify = (told: Told, desk: Desk): Verdict => {
  const reading = { ...told, plain: withoutHarmless(told.text) };
  const grave = [...p0Words, ...desk.moreP0Words].filter((word) => isSaid(reading.plain, word));
  return atLeastP0(settle(reading, desk), grave, desk);
};

/** Somebody was treated by a doctor for it. */
export const saysTreated = (text: string): boolean => {
  const plain = withoutHarmless(text);
  return treatmentWords.some((word) => isSaid(plain, word));
};
