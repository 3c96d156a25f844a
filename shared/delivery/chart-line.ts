import type { ChartSpec } from '../feishu/card-json.ts';

type Point = { readonly name: string; readonly value: number };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** A VChart field is a name or a list of names; the first is the axis. */
const fieldOf = (spec: ChartSpec, key: string): string | undefined => {
  const field = asList(spec[key])[0];
  return typeof field === 'string' ? field : undefined;
};

const valuesOf = (data: unknown): readonly Readonly<Record<string, unknown>>[] => {
  const set = asList(data)[0];
  return isRecord(set) ? asList(set['values']).filter(isRecord) : [];
};

const toPoint = (row: Readonly<Record<string, unknown>>, x: string, y: string): readonly Point[] => {
  const [name, value] = [row[x], row[y]];
  return typeof value === 'number' && (typeof name === 'string' || typeof name === 'number')
    ? [{ name: String(name), value }]
    : [];
};

const pointsOf = (spec: ChartSpec): readonly Point[] => {
  const [across, up] = [fieldOf(spec, 'xField'), fieldOf(spec, 'yField')];
  if (across === undefined || up === undefined) return [];
  const [name, value] = spec['direction'] === 'horizontal' ? [up, across] : [across, up];
  return valuesOf(spec.data).flatMap((row) => toPoint(row, name, value));
};

const titleOf = (spec: ChartSpec): string => {
  const title = spec['title'];
  return isRecord(title) && typeof title['text'] === 'string' ? title['text'] : '图表';
};

/** One plain line instead of a chart: what it is about, its last, highest and lowest point. */
export const chartLine = (spec: ChartSpec): string => {
  const points = pointsOf(spec);
  const last = points.at(-1);
  if (!last) return `${titleOf(spec)}：请打开查看`;
  const byValue = points.toSorted((a, b) => a.value - b.value);
  const [lowest, highest] = [byValue[0] ?? last, byValue.at(-1) ?? last];
  const say = ({ name, value }: Point): string => `${name} ${value}`;
  return `${titleOf(spec)}：最近 ${say(last)}，最高 ${say(highest)}，最低 ${say(lowest)}`;
};
