import * as z from 'zod/mini';

const cellsSchema = z._default(z.array(z.object({ field_id: z.string() })), []);
const changedSchema = z.looseObject({
  action_list: z.array(
    z.object({
      record_id: z.string(),
      action: z.string(),
      before_value: cellsSchema,
      after_value: cellsSchema,
    }),
  ),
});

/**
 * Which cells of a Base changed, without what stands in them: whoever reads the event reads the row as it is then, what
 * customers said has no business in a receipt, and 500 rows at once would not fit into one
 * (open.feishu.cn/document/server-docs/docs/drive-v1/event/list/bitable-record-changed).
 */
export const withoutCells = (eventType: string, event: unknown): unknown => {
  if (eventType !== 'drive.file.bitable_record_changed_v1') return event;
  const changed = z.safeParse(changedSchema, event);
  if (!changed.success) return event;
  const actions = changed.data.action_list.map(({ record_id, action, before_value, after_value }) =>
    action === 'record_edited' ? { record_id, action, before_value, after_value } : { record_id, action },
  );
  return { ...changed.data, action_list: actions };
};
