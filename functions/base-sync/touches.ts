import type { BaseRecord } from '../../shared/feishu/bitable-records.ts';
import type { BaseCells } from '../../shared/store/base-rows.ts';
import type { BaseEdit } from '../../shared/store/edit-queue.ts';
import { readRow } from '../../shared/tickets/base-record.ts';

/** The columns that one person has touched; `who` absent: something that is no person. */
export type Touched = { readonly who: string | undefined; readonly names: ReadonlySet<string> };

/** Whose edit of a column counts: the latest one's. */
export const touchedBy = (
  { touches }: BaseEdit,
  nameOf: (fieldId: string) => string | undefined,
): readonly Touched[] => {
  const latest = new Map<string, string | undefined>();
  for (const { who, fields } of touches.toSorted((a, b) => a.revision - b.revision))
    for (const id of fields) {
      const name = nameOf(id);
      if (name !== undefined) latest.set(name, who);
    }
  return [...Map.groupBy(latest, ([, who]) => who)].map(([who, columns]) => ({
    who,
    names: new Set(columns.map(([name]) => name)),
  }));
};

/** One record that people have touched, as it stands now. */
export type Look = { readonly edit: BaseEdit; readonly record: BaseRecord | undefined };

export const cellsIn = ({ record }: Look): BaseCells => (record ? readRow(record.fields) : {});
