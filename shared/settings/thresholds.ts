import type { AbnormalRule, Digest } from '../digests/definition.ts';
import { metrics, type Unit } from '../digests/metrics.ts';

/** A number of a rule as people write it: 「支付金额（渠道）较上周同日降幅 30%」. */
type Threshold = {
  readonly name: string;
  readonly unit: string;
  /** As it is written, and as the rule has it: 30 %, 0.3. */
  readonly shown: number;
  readonly put: (shown: number) => AbnormalRule;
};

const unitWord = (unit: Unit): { readonly word: string; readonly per: number } => {
  if (unit === 'ratio') return { word: '%', per: 0.01 };
  if (unit === 'money' || unit === 'price') return { word: '元', per: 100 };
  if (unit === 'days') return { word: '天', per: 1 };
  if (unit === 'minutes' || unit === 'points') return { word: '分', per: 1 };
  return { word: unit.count, per: 1 };
};

/** Without the noise of binary fractions: 0.1 × 0.01. */
const tidy = (value: number): number => Number(value.toPrecision(12));
/** As people write it: a sixth is 16.67 %. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

type Change = Extract<AbnormalRule, { readonly when: 'falls' | 'rises' }>;

const ofChange = (rule: Change): readonly Threshold[] => {
  const by = rule.by === 'channel' ? '（渠道）' : '';
  const name = `${metrics[rule.metric].label}${by}${rule.versus}${rule.when === 'falls' ? '降幅' : '升幅'}`;
  const { pt, percent } = rule;
  if (pt !== undefined) return [{ name, unit: 'pt', shown: pt, put: (shown) => ({ ...rule, pt: shown }) }];
  if (percent === undefined) return [];
  return [{ name, unit: '%', shown: percent, put: (shown) => ({ ...rule, percent: shown }) }];
};

const thresholdIn = (rule: AbnormalRule): readonly Threshold[] => {
  switch (rule.when) {
    case 'falls':
    case 'rises':
      return ofChange(rule);
    case 'above': {
      const { label, unit } = metrics[rule.metric];
      const { word, per } = unitWord(unit);
      const put = (shown: number): AbnormalRule => ({ ...rule, value: tidy(shown * per) });
      return [{ name: `${label}超过`, unit: word, shown: rounded(rule.value / per), put }];
    }
    case 'expiring': {
      const put = (shown: number): AbnormalRule => ({ ...rule, remainingRatioAtMost: tidy(shown / 100) });
      return [{ name: '临期剩余效期', unit: '%', shown: rounded(rule.remainingRatioAtMost * 100), put }];
    }
    default:
      return [];
  }
};

/** All numbers that may be set, as they are: one line each. */
export const thresholdText = ({ abnormal }: Digest): string =>
  abnormal
    .flatMap(thresholdIn)
    .map(({ name, unit, shown }) => `${name} ${shown}${unit}`)
    .join('；');

const parts = (text: string): readonly string[] =>
  text
    .split(/[；;\n]+/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');

type Said = { readonly name: string; readonly shown: number; readonly unit: string };

const saidIn = (part: string): Said | undefined => {
  const [, name, number, unit] = /^(.+?)\s*([\d.]+)\s*([^\d\s.]*)$/u.exec(part) ?? [];
  if (name === undefined || number === undefined || unit === undefined) return undefined;
  return { name: name.trim(), shown: Number(number), unit };
};

/** A share of everything is always, and one of nothing, too. */
const isPossible = ({ shown }: Said, { unit }: Threshold): boolean =>
  Number.isFinite(shown) && shown >= 0 && (unit !== '%' || (shown > 0 && shown < 100));

const exampleOf = (threshold: Threshold): string =>
  `例：${threshold.name} ${threshold.shown}${threshold.unit}`;

const objectionTo = (part: string, known: readonly Threshold[]): string | undefined => {
  const said = saidIn(part);
  const found = known.find(({ name }) => name === said?.name);
  const [first] = known;
  if (!first) return '这份推送没有可以调整的阈值，请留空，例：（空）';
  if (!said || !found) return `「阈值覆盖」里的「${part.slice(0, 30)}」不认识，${exampleOf(first)}`;
  return said.unit === found.unit && isPossible(said, found)
    ? undefined
    : `「阈值覆盖」里「${found.name}」要写数字和单位「${found.unit}」，${exampleOf(found)}`;
};

/** What is wrong with the text, in words. */
export const thresholdProblems = ({ abnormal }: Digest, text: string): readonly string[] => {
  const known = abnormal.flatMap(thresholdIn);
  return parts(text).flatMap((part) => objectionTo(part, known) ?? []);
};

/** The rules with the numbers of the text; what the text doesn't say stays. */
export const withThresholds = ({ abnormal }: Digest, text: string): readonly AbnormalRule[] => {
  const said = parts(text).flatMap((part) => saidIn(part) ?? []);
  return abnormal.map((rule) => {
    const [threshold] = thresholdIn(rule);
    const own = said.find(({ name }) => name === threshold?.name);
    return threshold && own && own.shown !== threshold.shown ? threshold.put(own.shown) : rule;
  });
};
