import { readCell } from '../feishu/bitable-cells.ts';
import type { BaseFields } from '../feishu/bitable-records.ts';
import type { BaseCells } from '../store/base-rows.ts';
import { columns } from './base-fields.ts';

/** A record in our form; columns that people added are theirs. */
export const readRow = (fields: BaseFields): BaseCells =>
  Object.fromEntries(
    columns.flatMap(({ name, kind }) => {
      const cell = readCell(kind, fields[name]);
      return cell === undefined ? [] : [[name, cell] as const];
    }),
  );
