import { addDays, clockTime, type Day, dayOf, daysBetween } from '../../shared/calendar/day.ts';
import { type Recipient, scopeFor, sectionsFor } from '../../shared/digests/audience.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { type Facts, factsOf, gapWords, type Reply } from '../../shared/digests/facts.ts';
import { type MetricName, metrics } from '../../shared/digests/metrics.ts';
import { isIdle } from '../../shared/digests/own-rows.ts';
import { queriesFor } from '../../shared/digests/queries.ts';
import { amountsOf, type DayAmount, monthToDate, recentAmounts } from '../../shared/digests/readings.ts';
import type { Period } from '../../shared/digests/window.ts';
import { inUnit, money, weekdayWord } from '../../shared/digests/wording.ts';
import { compare, type Figure, figureOf, type Progress, progressOf, valueText } from './figures.ts';
import { type Abnormal, abnormalOf, conclusionOf, type Detail, detailsOf, leadingName } from './findings.ts';

export type Section = {
  readonly digestId: string;
  /** 经营日报: what a person types to unsubscribe. */
  readonly name: string;
  readonly title: Digest['category'];
  /** `missing`: no figures at all; `stale`: figures of an earlier day, of an old state, or not all of them. */
  readonly state: 'normal' | 'abnormal' | 'missing' | 'stale';
  /** The whole section on one line. */
  readonly line: string;
  /** For the notification, the most important first: 昨日支付186.4万. */
  readonly brief: readonly string[];
  readonly conclusion?: string;
  readonly figures: readonly Figure[];
  /** Figures beyond the four, on one line. */
  readonly others?: string;
  readonly progress?: Progress;
  /** 周五 142.1万 · 周六 175.5万 · 周日 186.4万，合计 504.0万. */
  readonly days?: string;
  readonly abnormal: readonly Abnormal[];
  readonly chart?: readonly DayAmount[];
  readonly details: readonly Detail[];
  /** ISO UTC. */
  readonly asOf?: string;
  readonly source: string;
  /** 口径 of what this person may see. */
  readonly definition: string;
  /** The role that answers for the figures. */
  readonly owner: string;
  readonly forward: boolean;
  /** What is wrong with the data, in words. */
  readonly note?: string;
};

export type Skipped = { readonly skipped: string };

export type SectionQuestion = {
  readonly person: Recipient;
  /** The day of the window. */
  readonly day: Day;
  readonly now: Date;
  /** What the window should show, and what the source is complete for (`shownPeriod`); absent: nothing is. */
  readonly wanted: Period;
  readonly shown?: Period | undefined;
  /** One reply per key of `queriesFor(digest, person, shown)`. */
  readonly replies: ReadonlyMap<string, Reply>;
};

const dayWord = (windowDay: Day, shown: Day): string =>
  shown === addDays(windowDay, -1) ? '昨日' : shown.slice(5);

const daysLine = (facts: Facts, { from, to }: Period): string | undefined => {
  if (from === to || facts.days.length === 0) return undefined;
  const amounts = amountsOf(facts.days, from, to);
  const total = amounts.reduce((sum, { paidFen }) => sum + paidFen, 0);
  if (daysBetween(from, to) > 2) {
    const average = money(Math.round(total / amounts.length));
    return `${from.slice(5)} 至 ${to.slice(5)} 合计 ${money(total)}，日均 ${average}`;
  }
  const each = amounts.map(({ day, paidFen }) => `${weekdayWord(day)} ${money(paidFen)}`);
  return `${each.join(' · ')}，合计 ${money(total)}`;
};

const definitionOf = (digest: Digest, person: Recipient): string =>
  sectionsFor(digest, person)
    .map(({ definition = '' }) => definition)
    .join('');

const nameplate = (digest: Digest, person: Recipient) => ({
  digestId: digest.id,
  name: digest.name,
  title: digest.category,
  source: digest.source.name,
  definition: definitionOf(digest, person),
  owner: digest.owner,
  forward: digest.forward,
});

type Lack = { readonly person: Recipient; readonly note: string; readonly asOf?: string | undefined };

const missing = (digest: Digest, { person, note, asOf }: Lack): Section => ({
  ...nameplate(digest, person),
  state: 'missing',
  line: '数据暂缺',
  brief: [`${digest.category}数据暂缺`],
  figures: [],
  abnormal: [],
  details: [],
  ...(asOf && { asOf }),
  note,
});

type Situation = {
  readonly digest: Digest;
  readonly facts: Facts;
  readonly question: SectionQuestion;
  readonly shown: Period;
  /** What this person may see and the source has delivered. */
  readonly known: readonly MetricName[];
};

type Brief = {
  readonly label: string;
  readonly value: string;
  /** 缺货 0个: not worth its place in the notification. */
  readonly isNothing: boolean;
};

const minutesOld = (asOf: string, now: Date): number => (now.getTime() - Date.parse(asOf)) / 60_000;

const behind = ({ digest, question, shown }: Situation): string | undefined => {
  if (shown.to >= question.wanted.to) return undefined;
  const [have, want] = [shown.to.slice(5), question.wanted.to.slice(5)];
  return `${digest.source.name} 数据只到 ${have}，${want} 尚未到齐，以下为 ${have} 的数据`;
};

const tooOld = ({ digest, facts, question }: Situation): string | undefined => {
  const { asOf } = facts;
  if (asOf === undefined || minutesOld(asOf, question.now) <= digest.freshness.maxAgeMinutes)
    return undefined;
  const at = Date.parse(asOf);
  return `${digest.source.name} 数据停在 ${dayOf(at).slice(5)} ${clockTime(at)}，之后没有更新`;
};

const briefOf = ({ digest, facts, question, shown }: Situation, metric: MetricName): Brief | undefined => {
  const reading = facts.readings[metric];
  if (reading === undefined || reading.value === null) return undefined;
  const { short, unit, good, query } = metrics[metric];
  const value = inUnit(unit, reading.value);
  const isNothing = reading.value === 0 && good === 'down';
  if (query !== 'sales.days') return { label: short, value, isNothing };
  const versus = leadingName(reading, digest.compare);
  const change = versus ? ` ${versus}${compare(metric, reading, versus).text}` : '';
  return { label: `${dayWord(question.day, shown.to)}${short}`, value: `${value}${change}`, isNothing };
};

/** `judged`: complete data, and somebody said what would be abnormal in them. */
const lineOf = (brief: readonly Brief[], found: readonly Abnormal[], judged: boolean): string => {
  const words = brief.map(({ label, value }) => `${label} ${value}`).join('，');
  if (found.length > 0) return `异常 ${found.length} 项（${words}）`;
  return judged ? `正常（${words}）` : words;
};

const figuresOf = ({ digest, facts, known }: Situation): Pick<Section, 'figures' | 'others'> => {
  const headline = digest.headline.filter((metric) => known.includes(metric));
  const chosen = headline.length > 0 ? headline : known.slice(0, 4);
  // What stands on the section's line need not be said again.
  const rest = known.filter((metric) => !chosen.includes(metric) && !digest.brief.includes(metric));
  const reading = (metric: MetricName) => facts.readings[metric] ?? { value: null, bases: {} };
  const others = rest.map((metric) => `${metrics[metric].label} ${valueText(metric, reading(metric))}`);
  return {
    figures: chosen.map((metric) => figureOf(metric, reading(metric), digest.compare)),
    ...(others.length > 0 && { others: others.join(' · ') }),
  };
};

const salesParts = ({ digest, facts, shown }: Situation): Partial<Section> => {
  if (facts.days.length === 0) return {};
  const conclusion = conclusionOf(digest, facts, shown.to);
  const days = daysLine(facts, shown);
  const targetKnown = !facts.gaps.some(({ query }) => query === 'sales.target');
  return {
    ...(conclusion && { conclusion }),
    ...(days && { days }),
    ...(digest.progress &&
      targetKnown && { progress: progressOf(monthToDate(facts.days, shown.to), facts.targetFen, shown.to) }),
    chart: recentAmounts(facts.days, shown.to),
  };
};

const stateWords = { abnormal: '有异常', stale: '数据不全', normal: '正常' } as const;

const notificationOf = (brief: readonly Brief[], otherwise: string): readonly string[] => {
  const worthSaying = brief.filter(({ isNothing }) => !isNothing);
  return worthSaying.length > 0 ? worthSaying.map(({ label, value }) => `${label}${value}`) : [otherwise];
};

const assemble = (situation: Situation, notes: readonly string[]): Section => {
  const { digest, facts, shown, known } = situation;
  const abnormal = abnormalOf(digest, facts, shown.to);
  const state = abnormal.length > 0 ? 'abnormal' : notes.length > 0 ? 'stale' : 'normal';
  const brief = digest.brief
    .filter((metric) => known.includes(metric))
    .flatMap((metric) => briefOf(situation, metric) ?? []);
  return {
    ...nameplate(digest, situation.question.person),
    state,
    line: lineOf(brief, abnormal, notes.length === 0 && digest.abnormal.length > 0),
    brief: notificationOf(brief, `${digest.category}${stateWords[state]}`),
    ...figuresOf(situation),
    ...salesParts(situation),
    abnormal,
    details: detailsOf(digest, facts, shown.to),
    ...(facts.asOf && { asOf: facts.asOf }),
    ...(notes.length > 0 && { note: notes.join('；') }),
  };
};

/** 仅异常推送: on a day on which nothing is wrong it says nothing. */
const worthSaying = ({ onlyAbnormal }: Digest, section: Section): Section | Skipped =>
  onlyAbnormal && section.state === 'normal' ? { skipped: 'nothing_abnormal' } : section;

const sectionOf = (situation: Situation): Section | Skipped => {
  const { digest, facts, question, known } = situation;
  const late = [behind(situation), tooOld(situation)].filter((words) => words !== undefined);
  if (late.length > 0 && digest.freshness.onStale === 'skip') return { skipped: 'source_stale' };
  const gaps = facts.gaps.length > 0 ? [gapWords(digest.source.name, facts.gaps)] : [];
  if (facts.gaps.length === 0 && isIdle(digest.category, facts)) return { skipped: 'nothing_to_show' };
  if (known.length === 0)
    return missing(digest, { person: question.person, note: gaps[0] ?? '数据暂缺', asOf: facts.asOf });
  return worthSaying(digest, assemble(situation, [...late, ...gaps]));
};

/** One person's section of a digest. It never guesses: what the source did not deliver is said in words. */
export const sectionFor = (digest: Digest, question: SectionQuestion): Section | Skipped => {
  const { person, shown, replies } = question;
  if (scopeFor(digest, person) === undefined) return { skipped: 'no_scope' };
  const entitled = sectionsFor(digest, person).flatMap((part) => part.metrics);
  if (entitled.length === 0) return { skipped: 'not_entitled' };
  if (shown === undefined) {
    if (digest.freshness.onStale === 'skip') return { skipped: 'source_stale' };
    return missing(digest, { person, note: `${digest.source.name} 暂时没有完整的数据，本节不显示数字` });
  }
  const facts = factsOf(digest, shown.to, { queries: queriesFor(digest, person, shown), replies });
  const known = entitled.filter((metric) => facts.readings[metric] !== undefined);
  return sectionOf({ digest, facts, question, shown, known });
};
