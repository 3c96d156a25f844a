import { InvalidInputError } from '../errors.ts';
import type { Line, Problem } from './article-markdown.ts';

// open.feishu.cn/document/docs/docs/data-structure/block: columns of one table.
const MOST_COLUMNS = 100;
// A table is inserted by one call of ≤ 1000 blocks: itself, and a cell with its paragraph for each cell.
const MOST_CELLS = 499;

const DELIMITER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const isDelimiter = (text: string): boolean => text.includes('|') && DELIMITER.test(text);
const isRow = (text: string): boolean => /^\s*\|.*\|\s*$/.test(text);
/** What ends a table without an empty line. */
const BLOCK = /^\s*(?:$|#{1,6}\s|>|[-*+]\s|\d+[.)]\s|`{3}|~{3})/;

/** A bar in inline code divides cells too; only an escaped one doesn't. */
const cellsIn = ({ raw }: Line): number =>
  raw.replaceAll(/\\./g, '  ').trim().replace(/^\|/, '').replace(/\|$/, '').split('|').length;

type Table = { readonly columns: number; readonly rows: readonly Line[]; readonly head: Line };

const tooLarge = ({ columns, rows, head }: Table): boolean => {
  const cells = columns * (rows.length + 1);
  if (columns <= MOST_COLUMNS && cells <= MOST_CELLS) return false;
  const words = `第 ${head.number} 行：表格有 ${columns} 列、${cells} 格，最多 ${MOST_COLUMNS} 列、${MOST_CELLS} 格，请拆成几张`;
  throw new InvalidInputError('article_too_large', words, { details: { line: head.number } });
};

/** Lines are those outside code: a gap in their numbers ends a table as an empty line does. */
const rowsFrom = (lines: readonly Line[], from: number): readonly Line[] => {
  const rest = lines.slice(from);
  const end = rest.findIndex(
    (line, index) => BLOCK.test(line.raw) || line.number !== (rest[0]?.number ?? 0) + index,
  );
  return end === -1 ? rest : rest.slice(0, end);
};

const checkTable = (table: Table, delimiter: Line): readonly Problem[] => {
  if (cellsIn(delimiter) !== table.columns) {
    const words = `表头有 ${table.columns} 列，分隔行有 ${cellsIn(delimiter)} 列`;
    return [{ line: delimiter.number, words }];
  }
  // Words right behind a table become its last row.
  const odd = table.rows.filter((row) => cellsIn(row) !== table.columns || !row.raw.includes('|'));
  if (odd.length === 0 && !tooLarge(table)) return [];
  return odd.map((row) => {
    const words = isRow(row.text)
      ? `这一行有 ${cellsIn(row)} 格，表头有 ${table.columns} 列`
      : '表格后面要空一行';
    return { line: row.number, words };
  });
};

/** Rows that don't fit their head, heads without a delimiter row. Throws `article_too_large`. */
export const checkTables = (lines: readonly Line[]): readonly Problem[] => {
  const problems: Problem[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const head = lines[index];
    const delimiter = lines[index + 1];
    if (!head?.raw.includes('|')) continue;
    if (delimiter?.number === head.number + 1 && isDelimiter(delimiter.text)) {
      const rows = rowsFrom(lines, index + 2);
      problems.push(...checkTable({ columns: cellsIn(head), rows, head }, delimiter));
      index += 1 + rows.length;
    } else if (isRow(head.text)) {
      problems.push({ line: head.number, words: '表格缺少表头下面的分隔行（| --- | --- |）' });
      index += rowsFrom(lines, index).length - 1;
    }
  }
  return problems;
};
