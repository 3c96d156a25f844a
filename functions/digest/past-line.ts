import type { AbnormalRule } from '../../shared/digests/definition.ts';
import { metrics } from '../../shared/digests/metrics.ts';
import type { Readings } from '../../shared/digests/readings.ts';
import { inUnit } from '../../shared/digests/wording.ts';
import { valueText } from './figures.ts';
import type { Abnormal } from './findings.ts';

type Beyond = Extract<AbnormalRule, { readonly when: 'beyond' }>;

const isPast = ({ bad }: Beyond, value: number, line: number): boolean =>
  bad === 'above' ? value >= line : value <= line;

type Crossed = { readonly level: Abnormal['level']; readonly name: string; readonly line: number };

const crossedIn = (rule: Beyond, value: number): Crossed | undefined => {
  const { red, yellow } = rule;
  if (red !== undefined && isPast(rule, value, red)) return { level: 'red', name: '红线', line: red };
  return yellow !== undefined && isPast(rule, value, yellow)
    ? { level: 'orange', name: '黄线', line: yellow }
    : undefined;
};

/** A figure on or past one of the lines of 目标与阈值: past the red one it is red. */
export const pastLine = (rule: Beyond, readings: Readings): readonly Abnormal[] => {
  const reading = readings[rule.metric];
  const crossed = typeof reading?.value === 'number' ? crossedIn(rule, reading.value) : undefined;
  if (!reading || !crossed) return [];
  const { label, unit, query } = metrics[rule.metric];
  const limit = `${rule.bad === 'above' ? '高于' : '低于'}${crossed.name} ${inUnit(unit, crossed.line)}`;
  const text = `${label} ${valueText(rule.metric, reading)}，${limit}`;
  return [{ level: crossed.level, text, key: [rule.when, rule.metric], query }];
};
