import { z } from 'zod';
import { cardRefusal } from './card-refusal.ts';
import type { Node } from './card-tree.ts';

// The 13 kinds of …/content-components/chart; ring and pie share a type, so do column and bar.
const CHART_TYPES = [
  'line',
  'area',
  'bar',
  'pie',
  'common',
  'funnel',
  'scatter',
  'radar',
  'linearProgress',
  'circularProgress',
  'wordCloud',
];

const dataSet = z.looseObject({ values: z.array(z.unknown()) });
const specSchema = z.looseObject({
  type: z.enum(CHART_TYPES),
  data: z.union([dataSet, z.array(dataSet)]),
  axes: z.array(z.unknown()).optional(),
  series: z.array(z.unknown()).optional(),
  media: z.array(z.unknown()).optional(),
});

const checkChart = ({ component, path }: Node): void => {
  const result = specSchema.safeParse(component['chart_spec']);
  if (result.success) return;
  const [issue] = result.error.issues;
  const value = `- (root).${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
  throw cardRefusal(200550, `ErrPath: ${path}; ErrMsg: chart spec is invalid; ErrorValue: ${value}`);
};

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const CELLS: Readonly<Record<string, z.ZodType>> = {
  text: scalar,
  lark_md: scalar,
  markdown: scalar,
  number: z.number(),
  date: z.number(),
  options: z.union([z.string(), z.array(z.strictObject({ text: z.string(), color: z.string().optional() }))]),
  persons: z.union([z.string(), z.array(z.string())]),
};

const tableSchema = z.looseObject({
  columns: z.array(z.looseObject({ name: z.string(), data_type: z.string() })),
  rows: z.array(z.record(z.string(), z.unknown())),
});

/** 200915: a row names a column that isn't declared; 200914: a cell isn't of its column's type. */
const checkTable = ({ component, path }: Node): void => {
  const { columns, rows } = tableSchema.parse(component);
  const typeOf = new Map(columns.map(({ name, data_type: type }) => [name, type]));
  for (const [index, row] of rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const type = typeOf.get(name);
      if (type === undefined)
        throw cardRefusal(
          200915,
          `ErrPath: ${path}; ErrMsg: table rows name is invalid; ErrorValue: ${name}`,
        );
      if (CELLS[type]?.safeParse(value).success === false) {
        throw cardRefusal(
          200914,
          `ErrPath: ${path}; ErrMsg: table rows is invalid; ErrorValue: row ${index}, ${name}`,
        );
      }
    }
  }
};

/** The line under the head of a markdown table: `| --- | :--: |`. */
const TABLE_RULE = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$/gm;
const MAX_MARKDOWN_TABLES = 4;

const contentSchema = z.looseObject({ content: z.string() });

const checkMarkdown = ({ component, path }: Node): void => {
  const { content } = contentSchema.parse(component);
  if ((content.match(TABLE_RULE)?.length ?? 0) > MAX_MARKDOWN_TABLES) {
    throw cardRefusal(11310, `ErrPath: ${path}; ErrMsg: markdown table number over limit`);
  }
};

const CHECKS: Readonly<Record<string, (node: Node) => void>> = {
  chart: checkChart,
  table: checkTable,
  markdown: checkMarkdown,
};

/** What a component's own data must be like, beyond its properties. */
export const checkData = (nodes: readonly Node[]): void => {
  for (const node of nodes) CHECKS[node.component.tag]?.(node);
};
